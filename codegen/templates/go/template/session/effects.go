package session

import (
	"encoding/json"
	"time"

	"github.com/latido/latido-go/protocol"
)

// Effect is something a session wants done. Effects are performed in order, never while the session is
// handling. [StateChange], every [Notice] and every [PresenceChange] are effects too.
type Effect interface {
	// Kind is the name of the effect in traces, for example "open".
	Kind() string
	effect()
}

// What a session wants of its socket and its token provider.
type (
	// OpenEffect dials. How these values travel (query, header, subprotocol) is the driver's business
	// (LIB-14).
	OpenEffect struct {
		Generation  int64  `json:"generation"`
		UserID      string `json:"userId"`
		DeviceID    string `json:"deviceId"`
		Attempt     int64  `json:"attempt"`
		IntentAgeMs int64  `json:"intentAgeMs"`
		// HeartbeatMs is the wished interval, 0 for none.
		HeartbeatMs int64 `json:"heartbeatMs,omitempty"`
		// Token is empty where there is none.
		Token string `json:"token,omitempty"`
	}

	// SendEffect writes a text message.
	SendEffect struct {
		Generation int64  `json:"generation"`
		Text       string `json:"text"`
	}

	// CloseEffect closes the WebSocket; nothing of it counts from then on.
	CloseEffect struct {
		Generation int64              `json:"generation"`
		Code       protocol.CloseCode `json:"code"`
		Reason     string             `json:"reason"`
	}

	// RequestTokenEffect asks the token provider.
	RequestTokenEffect struct {
		RequestID int64        `json:"requestId"`
		Purpose   TokenPurpose `json:"purpose"`
	}
)

// TokenPurpose says what a token is wanted for.
type TokenPurpose string

// The purposes of a token.
const (
	ForConnect TokenPurpose = "connect"
	ForRefresh TokenPurpose = "refresh"
)

// What a session wants of the application and its stores.
type (
	// DeliverEffect hands an event to the application, which answers with a [HandledInput].
	DeliverEffect struct {
		Event  *protocol.EventFrame `json:"event"`
		Module string               `json:"module,omitempty"`
	}

	// ReloadEffect asks the application to reload, which answers with a [ReloadedInput] or a
	// [ReloadFailedInput].
	ReloadEffect struct {
		ReloadID int64   `json:"reloadId"`
		Refresh  Refresh `json:"refresh"`
	}

	// StorePositionEffect keeps what was processed of a stream.
	StorePositionEffect struct {
		Position protocol.StreamPosition `json:"position"`
	}

	// StoreMessageEffect keeps a message, and is answered with a [MessageStoredInput].
	StoreMessageEffect struct {
		Message StoredMessage `json:"message"`
	}

	// ForgetMessageEffect drops a message from the store.
	ForgetMessageEffect struct {
		MessageID string `json:"messageId"`
	}

	// SettleEffect tells what became of a message. It comes once for each (MSG-23).
	SettleEffect struct {
		MessageID string     `json:"messageId"`
		Result    SendResult `json:"result"`
	}

	// RefuseEffect tells that a message never entered the outbox.
	RefuseEffect struct {
		MessageID string  `json:"messageId"`
		Refusal   Refusal `json:"refusal"`
	}

	// TraceEffect is a note for developers.
	TraceEffect struct {
		Note string `json:"note"`
	}
)

// Refresh says why and to where the application reloads the state behind a stream.
type Refresh struct {
	Stream string `json:"stream"`
	Epoch  string `json:"epoch"`
	// LastEventID is where the stream resumes, unless the snapshot reports a higher id.
	LastEventID int64                  `json:"lastEventId"`
	Reason      protocol.RefreshReason `json:"reason"`
	Scope       protocol.Scope         `json:"scope,omitempty"`
	Module      string                 `json:"module,omitempty"`
}

// StoredMessage is a message as an outbox store keeps it.
type StoredMessage struct {
	// MessageID is a UUID, the same for every send.
	MessageID string          `json:"messageId"`
	Event     string          `json:"event"`
	Payload   json.RawMessage `json:"payload"`
	Scope     protocol.Scope  `json:"scope,omitempty"`
	// FirstSentAt is when it was first sent, in milliseconds since 1970 by the client's own clock; 0
	// before (MSG-6). The re-send window counts from here.
	FirstSentAt int64 `json:"firstSentAt,omitempty"`
}

// State is one of the client connection's states in spec/lifecycle.yaml.
type State = protocol.ClientConnectionState

// StateChange tells the state of the connection (LIB-4).
type StateChange struct {
	State State
	// Attempt counts the retries in a row so far; 0 for the first attempt of an intent and while all is
	// well.
	Attempt int64
	// RetryIn is how long the client will really wait, in states backoff and circuit_open (LIB-5).
	RetryIn time.Duration
	// Code is the close code that led here, 0 if no end did.
	Code protocol.CloseCode
	// Reason is for people, where there is a Code.
	Reason string
}

// Kind implements [Effect].
func (OpenEffect) Kind() string { return "open" }

// Kind implements [Effect].
func (SendEffect) Kind() string { return "send" }

// Kind implements [Effect].
func (CloseEffect) Kind() string { return "close" }

// Kind implements [Effect].
func (RequestTokenEffect) Kind() string { return "requestToken" }

// Kind implements [Effect].
func (DeliverEffect) Kind() string { return "deliver" }

// Kind implements [Effect].
func (ReloadEffect) Kind() string { return "reload" }

// Kind implements [Effect].
func (StorePositionEffect) Kind() string { return "storePosition" }

// Kind implements [Effect].
func (StoreMessageEffect) Kind() string { return "storeMessage" }

// Kind implements [Effect].
func (ForgetMessageEffect) Kind() string { return "forgetMessage" }

// Kind implements [Effect].
func (SettleEffect) Kind() string { return "settle" }

// Kind implements [Effect].
func (RefuseEffect) Kind() string { return "refuse" }

// Kind implements [Effect].
func (StateChange) Kind() string { return "state" }

// Kind implements [Effect].
func (TraceEffect) Kind() string { return "trace" }

func (OpenEffect) effect()          {}
func (SendEffect) effect()          {}
func (CloseEffect) effect()         {}
func (RequestTokenEffect) effect()  {}
func (DeliverEffect) effect()       {}
func (ReloadEffect) effect()        {}
func (StorePositionEffect) effect() {}
func (StoreMessageEffect) effect()  {}
func (ForgetMessageEffect) effect() {}
func (SettleEffect) effect()        {}
func (RefuseEffect) effect()        {}
func (StateChange) effect()         {}
func (TraceEffect) effect()         {}
