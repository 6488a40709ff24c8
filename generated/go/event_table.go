package latido

import (
	"errors"
	"sort"
	"strconv"
	"strings"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// TypedEvent is an event with its payload as the contract has it.
type TypedEvent[Payload any] struct {
	Event

	// Payload has been decoded with every bound; the Event within holds its JSON.
	Payload Payload
}

// eventRow is what a contract says of one event.
type eventRow struct {
	// sentByClients tells whether clients may send it (MSG-34).
	sentByClients bool
	// check gives what the payload breaks, as a *protocol.DecodeError.
	check func(payload []byte) error
}

// eventTable holds the events of an application by name; it is nil where any name will do.
type eventTable map[string]eventRow

// payloadProblem says what is wrong with a payload; nothing is known of an event without a row.
func (t eventTable) payloadProblem(name string, payload []byte) string {
	row, ok := t[name]
	if !ok {
		return ""
	}
	var refusal *protocol.DecodeError
	if errors.As(row.check(payload), &refusal) {
		return refusal.Problem
	}
	return ""
}

// checkSend gives a *UsageError unless the contract lets clients send this.
func (t eventTable) checkSend(name string, payload []byte) error {
	if t == nil {
		return nil
	}
	row, ok := t[name]
	switch {
	case !ok:
		return usageError("%q is not an event of the contract; %s", name, t.sent())
	case !row.sentByClients:
		return usageError("%q is not for clients to send; %s", name, t.sent())
	}
	if problem := t.payloadProblem(name, payload); problem != "" {
		return usageError("the payload of %q: %s", name, problem)
	}
	return nil
}

func (t eventTable) sent() string {
	var names []string
	for name, row := range t {
		if row.sentByClients {
			names = append(names, strconv.Quote(name))
		}
	}
	if len(names) == 0 {
		return "clients send none"
	}
	sort.Strings(names)
	return "clients send " + strings.Join(names, ", ")
}

// allows tells whether the payload of an event is what the contract says, and tells the application
// where it is not.
func (c *Client) allows(event Event) bool {
	problem := contractEvents.payloadProblem(event.Name, event.Payload)
	if problem != "" {
		c.notify(session.InvalidEventNotice{
			Stream: event.Stream, EventID: event.EventID, Event: event.Name, Problem: problem,
		})
	}
	return problem == ""
}
