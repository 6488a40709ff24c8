package latido

import (
	"encoding/json"

	"github.com/latido/latido-go/session"
)

// AnyEvent is the name under which a handler hears of every event.
const AnyEvent = "*"

// Event is something that happened in the application (LIB-9).
type Event struct {
	// Stream is an opaque name.
	Stream string
	Epoch  string
	// EventID is 1 to 2^53-1, dense within stream and epoch.
	EventID int64
	// Name is the application's name for what happened.
	Name string
	// Payload is any JSON value.
	Payload json.RawMessage
	// Scope and Module say what the stream is about. They are empty where the server does not tell.
	Scope  Scope
	Module string
	// MessageID is that of the message that caused the event, if one did.
	MessageID string
	// PublicationID is common to the events of one publish to several scopes.
	PublicationID string
	SenderID      string
}

// Decode puts the payload into a value, as [json.Unmarshal] does.
func (e Event) Decode(into any) error { return json.Unmarshal(e.Payload, into) }

func eventOf(effect session.DeliverEffect) Event {
	frame := effect.Event
	return Event{
		Stream:        frame.Stream,
		Epoch:         frame.Epoch,
		EventID:       frame.EventID,
		Name:          frame.Event,
		Payload:       frame.Payload,
		Scope:         frame.Scope,
		Module:        effect.Module,
		MessageID:     valueOf(frame.MessageID),
		PublicationID: valueOf(frame.PublicationID),
		SenderID:      valueOf(frame.SenderID),
	}
}

func valueOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
