package latido

import (
	"context"
	"slices"
	"sync"
)

// PositionStore keeps what was processed of each stream over restarts of the process (LIB-10). One client
// at a time uses it.
type PositionStore interface {
	// LoadPositions gives every stored position, once, before the first connection.
	LoadPositions(ctx context.Context) ([]StreamPosition, error)
	// SavePositions replaces the positions of these streams, each as a whole: epoch and id belong together
	// (STREAM-11). It is never called again before the last call has ended.
	SavePositions(ctx context.Context, positions []StreamPosition) error
}

// OutboxStore keeps messages until they are answered (LIB-10). One client at a time uses it, with one call
// at a time.
type OutboxStore interface {
	// Persistent tells whether messages outlive the process, so that Disconnect leaves them for the next
	// (MSG-29).
	Persistent() bool
	// LoadMessages gives every stored message, in the order in which they were first saved.
	LoadMessages(ctx context.Context) ([]StoredMessage, error)
	// SaveMessage adds or replaces a message. It is safe when this has returned: only then is the message
	// sent (MSG-6).
	SaveMessage(ctx context.Context, message StoredMessage) error
	// RemoveMessage forgets a message; one that is not there is no error.
	RemoveMessage(ctx context.Context, messageID string) error
}

// NewMemoryPositions makes a store whose positions live as long as it does.
func NewMemoryPositions() PositionStore { return &memoryPositions{} }

// memoryPositions are in no order; a slice is short enough to search.
type memoryPositions struct {
	mu        sync.Mutex
	positions []StreamPosition
}

func (m *memoryPositions) LoadPositions(context.Context) ([]StreamPosition, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.positions), nil
}

func (m *memoryPositions) SavePositions(_ context.Context, positions []StreamPosition) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.positions = merged(m.positions, positions)
	return nil
}

// merged puts positions in place of those of the same streams.
func merged(positions, changed []StreamPosition) []StreamPosition {
	for _, position := range changed {
		at := slices.IndexFunc(positions, func(each StreamPosition) bool { return each.Stream == position.Stream })
		if at < 0 {
			positions = append(positions, position)
		} else {
			positions[at] = position
		}
	}
	return positions
}

// NewMemoryOutbox makes a store whose messages end with the client.
func NewMemoryOutbox() OutboxStore { return &memoryOutbox{} }

type memoryOutbox struct {
	mu       sync.Mutex
	messages []StoredMessage
}

func (m *memoryOutbox) Persistent() bool { return false }

func (m *memoryOutbox) LoadMessages(context.Context) ([]StoredMessage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.messages), nil
}

func (m *memoryOutbox) SaveMessage(_ context.Context, message StoredMessage) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.indexOf(message.MessageID)
	if at < 0 {
		m.messages = append(m.messages, message)
	} else {
		m.messages[at] = message
	}
	return nil
}

func (m *memoryOutbox) RemoveMessage(_ context.Context, messageID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := m.indexOf(messageID); at >= 0 {
		m.messages = slices.Delete(m.messages, at, at+1)
	}
	return nil
}

func (m *memoryOutbox) indexOf(messageID string) int {
	return slices.IndexFunc(m.messages, func(each StoredMessage) bool { return each.MessageID == messageID })
}
