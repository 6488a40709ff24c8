// An adapter for the conformance suite of Latido: driver protocol version 1.
//
// It holds one client and does what each line of standard input says with the client's public interface;
// it judges nothing.
//
// It begins with the client of the module latido-go. To judge your own, change what is marked "yours":
// everything else is the driver protocol, and stays.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	latido "github.com/latido/latido-go" // yours
)

// capabilities are the optional commands that perform answers. A case that needs another one does not run.
var capabilities = []string{"suspend", "resume", "token"}

var errUnsupported = errors.New("unsupported")

// fields are members of a line.
type fields map[string]any

// command is a line of the runner.
type command struct {
	ID  int    `json:"id"`
	Cmd string `json:"cmd"`

	// open
	URL         string                  `json:"url"`
	UserID      string                  `json:"userId"`
	DeviceID    string                  `json:"deviceId"`
	HeartbeatMs int64                   `json:"heartbeatMs"`
	StartFrom   latido.StartFrom        `json:"startFrom"`
	Positions   []latido.StreamPosition `json:"positions"`
	Listen      []string                `json:"listen"`
	// open and token
	Token *string `json:"token"`
	// send
	Key     string          `json:"key"`
	Event   string          `json:"event"`
	Payload json.RawMessage `json:"payload"`
	Scope   latido.Scope    `json:"scope"`
	// presence
	Status   latido.OwnStatus `json:"status"`
	Metadata map[string]any   `json:"metadata"`
}

// adapter is one client at a time, and what is told of it.
type adapter struct {
	client *latido.Client // yours

	mu    sync.Mutex
	n     int
	open  *latido.Client
	token *string
	// keys are the runner's names of messages, by their ids.
	keys map[string]string
}

// write prints a line; under the lock only.
func write(line fields) {
	text, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(text, '\n'))
}

// report tells what the library told, at once and in its order. It is silent for a client whose case is
// over.
func (a *adapter) report(teller *latido.Client, event string, members any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if teller != a.open {
		return
	}
	a.n++
	write(merged(fields{"n": a.n, "event": event}, members))
}

// merged adds the members of a value as JSON has them.
func merged(line fields, members any) fields {
	text, err := json.Marshal(members)
	if err == nil {
		err = json.Unmarshal(text, &line)
	}
	if err != nil {
		panic(err)
	}
	return line
}

// listen is yours: it listens to everything that the library tells, and reports it.
func (a *adapter) listen(client *latido.Client, names []string) {
	client.OnState(func(change latido.StateChange) { a.report(client, "state", change) })
	client.OnNotice(func(told latido.Notice) {
		a.report(client, "notice", merged(fields{"kind": told.NoticeKind()}, told))
	})
	client.OnFullRefresh(func(_ context.Context, refresh latido.Refresh) (int64, error) {
		a.report(client, "refresh", refresh)
		return 0, nil
	})
	client.OnPresence(func(change latido.PresenceChange) {
		known := client.Groups()[change.GroupName()]
		members := []any{}
		for _, member := range known.Members {
			members = append(members, member)
		}
		a.report(client, "presence", fields{
			"group": change.GroupName(), "scope": known.Scope, "members": members, "memberCount": known.MemberCount,
		})
	})
	client.OnResult(func(told latido.Result) {
		a.mu.Lock()
		key := a.keys[told.MessageID]
		a.mu.Unlock()
		a.report(client, "result", merged(fields{"key": key}, told.SendResult))
	})
	if names == nil {
		names = []string{latido.AnyEvent}
	}
	for _, name := range names {
		client.On(name, func(_ context.Context, event latido.Event) error {
			a.report(client, "delivered", delivered(event))
			return nil
		})
	}
}

// delivered is yours: an event with the names of the contract.
func delivered(event latido.Event) fields {
	told := fields{
		"stream": event.Stream, "epoch": event.Epoch, "eventId": event.EventID,
		"name": event.Name, "payload": event.Payload,
	}
	if event.Scope != nil {
		told["scope"] = event.Scope
	}
	for name, value := range map[string]string{
		"module": event.Module, "messageId": event.MessageID,
		"publicationId": event.PublicationID, "senderId": event.SenderID,
	} {
		if value != "" {
			told[name] = value
		}
	}
	return told
}

// connect is yours: it makes a client with these settings, and connects it.
func (a *adapter) connect(c command) error {
	positions := latido.NewMemoryPositions()
	if err := positions.SavePositions(context.Background(), c.Positions); err != nil {
		return err
	}
	options := []latido.Option{
		latido.WithDeviceID(c.DeviceID),
		latido.WithHeartbeat(time.Duration(c.HeartbeatMs) * time.Millisecond),
		latido.WithPositions(positions),
	}
	if c.StartFrom != "" {
		options = append(options, latido.WithStartFrom(c.StartFrom))
	}
	if c.Token != nil {
		options = append(options, latido.WithTokenProvider(a.provide))
	}
	client, err := latido.New(c.URL, c.UserID, options...)
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.client, a.open, a.token = client, client, c.Token
	a.keys = make(map[string]string)
	a.mu.Unlock()
	a.listen(client, c.Listen)
	go func() {
		if err := client.Connect(context.Background()); err != nil {
			a.report(client, "failure", fields{"call": "connect", "error": fmt.Sprintf("%T", err)})
		}
	}()
	return nil
}

// provide is the token provider.
func (a *adapter) provide(context.Context) (string, error) {
	a.mu.Lock()
	token, client := a.token, a.open
	a.mu.Unlock()
	a.report(client, "token.asked", fields{})
	if token == nil {
		return "", errors.New("the provider has no token")
	}
	return *token, nil
}

// send is yours. The outcome of a message is an event: the reply to "send" does not wait for it.
func (a *adapter) send(c command) error {
	client := a.client
	a.mu.Lock()
	defer a.mu.Unlock()
	sending, err := client.SendAsync(c.Event, c.Payload, latido.ToScope(c.Scope))
	if err != nil {
		return err
	}
	a.keys[sending.MessageID] = c.Key
	go func() { // the results of those that were on their way are told in order, to listeners
		if _, err := sending.Wait(context.Background()); err != nil {
			a.report(client, "result", fields{"key": c.Key, "status": "failed", "reason": err.Error()})
		}
	}()
	return nil
}

// dispose ends the client of a case without a word: from here on it is not listened to.
func (a *adapter) dispose() error {
	a.mu.Lock()
	ended := a.client
	a.client, a.open = nil, nil
	a.mu.Unlock()
	if ended == nil {
		return nil
	}
	return ended.Disconnect(context.Background(), "")
}

// perform carries a command to the library.
func (a *adapter) perform(c command) (fields, error) {
	switch c.Cmd {
	case "hello":
		return fields{
			"implementation": "my-client", "version": "0.1.0", // yours
			"language": "go", "spec": []string{"1.0"}, "capabilities": capabilities,
		}, nil
	case "case.begin", "case.end":
		return nil, a.dispose()
	case "open":
		return nil, a.connect(c)
	case "token":
		a.mu.Lock()
		defer a.mu.Unlock()
		a.token = c.Token
		return nil, nil
	case "fence":
		rest()
		return nil, nil
	}
	if a.client == nil {
		return nil, errors.New("no client is open")
	}
	switch c.Cmd {
	case "send":
		return nil, a.send(c)
	case "presence":
		return nil, a.client.SetPresence(c.Status, c.Metadata)
	case "close":
		return nil, a.client.Disconnect(context.Background(), "")
	case "suspend":
		a.client.Suspend()
	case "resume":
		a.client.Resume()
	default:
		return nil, errUnsupported
	}
	return nil, nil
}

// rest waits until there is nothing to do: what has arrived was read, and what came of it was told. Go has
// no turns of an event loop; it rests when every goroutine but this one waits, three looks in a row.
func rest() {
	stacks := make([]byte, 1<<20)
	limit := time.Now().Add(time.Second) // for a library that never rests
	for looks := 0; looks < 3 && time.Now().Before(limit); looks++ {
		time.Sleep(time.Millisecond) // between two looks the others run
		for i, stack := range strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
			header, _, _ := strings.Cut(stack, "\n")
			if i > 0 && (strings.Contains(header, "[running") || strings.Contains(header, "[runnable")) {
				looks = -1
			}
		}
	}
}

// answer answers a command exactly once.
func (a *adapter) answer(line []byte) {
	var c command
	err := json.Unmarshal(line, &c)
	var told fields
	if err == nil {
		told, err = a.perform(c)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case errors.Is(err, errUnsupported):
		write(fields{"re": c.ID, "ok": false, "error": fields{"code": "unsupported", "message": c.Cmd}})
	case err != nil:
		write(fields{"re": c.ID, "ok": false, "error": fields{"code": "internal", "message": err.Error()}})
	default:
		reply := fields{"re": c.ID, "ok": true}
		maps.Copy(reply, told)
		write(reply)
	}
}

// main takes one command after the other. A line ends at byte 0x0A and nowhere else.
func main() {
	var a adapter
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			panic(err)
		}
		a.answer(line)
	}
}
