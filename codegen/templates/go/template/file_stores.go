package latido

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// NewFilePositions makes a store of one JSON file, replaced as a whole. Its folder is made where it is
// missing. Loading fails where the file cannot be read or holds something else.
func NewFilePositions(path string) PositionStore { return &filePositions{path: path} }

type filePositions struct {
	path      string
	mu        sync.Mutex
	loaded    bool
	positions []StreamPosition
}

func (f *filePositions) LoadPositions(context.Context) ([]StreamPosition, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(); err != nil {
		return nil, err
	}
	return slices.Clone(f.positions), nil
}

func (f *filePositions) SavePositions(_ context.Context, positions []StreamPosition) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.loaded {
		if err := f.load(); err != nil {
			return err
		}
	}
	f.positions = merged(f.positions, positions)
	return replaceFile(f.path, f.positions)
}

func (f *filePositions) load() error {
	removeDrafts(filepath.Dir(f.path), func(name string) bool { return name == filepath.Base(f.path) })
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		f.positions, f.loaded = nil, true
		return nil
	}
	if err != nil {
		return err
	}
	var positions []StreamPosition
	if json.Unmarshal(text, &positions) != nil || positions == nil || slices.ContainsFunc(positions, isNoPosition) {
		return fmt.Errorf("%s does not hold positions", f.path)
	}
	f.positions, f.loaded = positions, true
	return nil
}

func isNoPosition(position StreamPosition) bool {
	return position.Stream == "" || position.Epoch == "" || position.LastEventID < 0
}

// NewFileOutbox makes a store with one file a message, in a folder that is made where it is missing. Files
// of other names are left alone. Loading fails where a message cannot be read or is something else.
func NewFileOutbox(folder string) OutboxStore { return &fileOutbox{folder: folder} }

type fileOutbox struct {
	folder string
	mu     sync.Mutex
	// names are those of the files, by the ids of their messages; nil before they were read.
	names map[string]string
	next  int
}

// messageFile has the number of the message among those ever stored here, then its id: names are in order.
var messageFile = regexp.MustCompile(`^(\d{15})-([0-9A-Fa-f-]{36})\.json$`)

func (f *fileOutbox) Persistent() bool { return true }

func (f *fileOutbox) LoadMessages(context.Context) ([]StoredMessage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.list(); err != nil {
		return nil, err
	}
	files := make([]string, 0, len(f.names))
	for _, name := range f.names {
		files = append(files, name)
	}
	slices.Sort(files)
	messages := make([]StoredMessage, 0, len(files))
	for _, name := range files {
		path := filepath.Join(f.folder, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var message StoredMessage
		if json.Unmarshal(text, &message) != nil || message.MessageID == "" || message.Event == "" || message.Payload == nil {
			return nil, fmt.Errorf("%s does not hold a message", path)
		}
		messages = append(messages, message)
	}
	return messages, nil
}

func (f *fileOutbox) SaveMessage(_ context.Context, message StoredMessage) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names == nil {
		if err := f.list(); err != nil {
			return err
		}
	}
	name, known := f.names[message.MessageID]
	if !known {
		name = fmt.Sprintf("%015d-%s.json", f.next, message.MessageID)
		f.next++
		f.names[message.MessageID] = name
	}
	return replaceFile(filepath.Join(f.folder, name), message)
}

func (f *fileOutbox) RemoveMessage(_ context.Context, messageID string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names == nil {
		if err := f.list(); err != nil {
			return err
		}
	}
	name, known := f.names[messageID]
	if !known {
		return nil
	}
	if err := os.Remove(filepath.Join(f.folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	delete(f.names, messageID)
	return nil
}

func (f *fileOutbox) list() error {
	removeDrafts(f.folder, messageFile.MatchString)
	entries, err := os.ReadDir(f.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.names = make(map[string]string)
	f.next = max(f.next, 1)
	for _, entry := range entries {
		parts := messageFile.FindStringSubmatch(entry.Name())
		if parts == nil {
			continue
		}
		number, err := strconv.Atoi(parts[1])
		if err != nil {
			return err
		}
		f.names[parts[2]] = entry.Name()
		f.next = max(f.next, number+1)
	}
	return nil
}

// replaceFile leaves the old content or the new, whole, even where the process or the machine stops in
// between.
func replaceFile(path string, value any) (err error) {
	text, err := compactJSON(value)
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(folder, filepath.Base(path)+".*"+draftEnding)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(draft.Name()) // what remains is a draft that nobody reads
		}
	}()
	_, err = draft.Write(text)
	if err == nil {
		err = draft.Sync()
	}
	if closed := draft.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if err := os.Rename(draft.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

const draftEnding = ".tmp"

// removeDrafts clears what a process that stopped while it wrote has left of some files.
func removeDrafts(folder string, isOwn func(name string) bool) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // whoever reads the folder tells
	}
	for _, entry := range entries {
		name, isDraft := strings.CutSuffix(entry.Name(), draftEnding)
		if dot := strings.LastIndexByte(name, '.'); isDraft && dot > 0 && isOwn(name[:dot]) {
			_ = os.Remove(filepath.Join(folder, entry.Name())) // one that stays is read by nobody
		}
	}
}

// syncFolder makes a rename last. Platforms that cannot do it do not need it.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = folder.Sync()
	return folder.Close()
}
