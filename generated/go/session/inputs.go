package session

import (
	"encoding/json"

	"github.com/latido/latido-go/protocol"
)

// Input is something that can happen to a session. Whatever comes from an attempt carries its generation,
// so that a late one of an older attempt is told apart (RECON-17).
type Input interface {
	// Kind is the name of the input in traces, for example "opened".
	Kind() string
	input()
}

// What the application and its platform ask for.
type (
	// ConnectInput asks for a session.
	ConnectInput struct{}

	// SuspendInput rests the session: presence ends at once.
	SuspendInput struct{}

	// ResumeInput ends the rest.
	ResumeInput struct{}

	// DisconnectInput ends the session for good.
	DisconnectInput struct {
		// Reason is for people, at most 256 characters; empty for none.
		Reason string `json:"reason,omitempty"`
	}

	// SignalInput is a word of the platform.
	SignalInput struct {
		Signal Signal `json:"signal"`
	}

	// SendInput is a message for the server.
	SendInput struct {
		MessageID string          `json:"messageId"`
		Event     string          `json:"event"`
		Payload   json.RawMessage `json:"payload"`
		Scope     protocol.Scope  `json:"scope,omitempty"`
	}

	// MessageStoredInput tells that the outbox store has taken what a [StoreMessageEffect] asked for, or
	// has not, if there is a Problem.
	MessageStoredInput struct {
		MessageID string `json:"messageId"`
		Problem   string `json:"problem,omitempty"`
	}

	// SetPresenceInput is what the user shows to the others from now on.
	SetPresenceInput struct {
		Status   protocol.OwnStatus        `json:"status"`
		Metadata protocol.PresenceMetadata `json:"metadata,omitempty"`
	}
)

// What the socket and the token provider report.
type (
	// OpenedInput tells that the WebSocket is open.
	OpenedInput struct {
		Generation int64 `json:"generation"`
	}

	// FrameInput is a text message of the server.
	FrameInput struct {
		Generation int64  `json:"generation"`
		Text       string `json:"text"`
	}

	// EndedInput tells that the WebSocket is over.
	EndedInput struct {
		Generation int64 `json:"generation"`
		// Code is the close code, 1006 where the link broke without one.
		Code   protocol.CloseCode `json:"code"`
		Reason string             `json:"reason,omitempty"`
	}

	// TokenInput answers a [RequestTokenEffect].
	TokenInput struct {
		RequestID int64  `json:"requestId"`
		Token     string `json:"token"`
	}

	// TokenFailedInput tells that the provider has no token.
	TokenFailedInput struct {
		RequestID int64  `json:"requestId"`
		Problem   string `json:"problem"`
	}
)

// What the application's handlers report.
type (
	// HandledInput tells that the handler of a delivered event has finished.
	HandledInput struct {
		Stream  string `json:"stream"`
		Epoch   string `json:"epoch"`
		EventID int64  `json:"eventId"`
		// Problem is what the handler answered; the event counts as handled all the same (STREAM-17).
		Problem string `json:"problem,omitempty"`
	}

	// ReloadedInput tells that the application has loaded its state anew.
	ReloadedInput struct {
		Stream   string `json:"stream"`
		ReloadID int64  `json:"reloadId"`
		// LastEventID is the id that the loaded snapshot contains, 0 where that is unknown (REFRESH-18).
		LastEventID int64 `json:"lastEventId,omitempty"`
	}

	// ReloadFailedInput tells that it could not.
	ReloadFailedInput struct {
		Stream   string `json:"stream"`
		ReloadID int64  `json:"reloadId"`
		Problem  string `json:"problem"`
	}
)

// TickInput tells that time has passed. It is due at [Session.Deadline] and harmless at other times.
type TickInput struct{}

// Signal is a word of the platform.
type Signal string

// The signals.
const (
	Online  Signal = "online"
	Visible Signal = "visible"
)

// Kind implements [Input].
func (ConnectInput) Kind() string { return "connect" }

// Kind implements [Input].
func (SuspendInput) Kind() string { return "suspend" }

// Kind implements [Input].
func (ResumeInput) Kind() string { return "resume" }

// Kind implements [Input].
func (DisconnectInput) Kind() string { return "disconnect" }

// Kind implements [Input].
func (SignalInput) Kind() string { return "signal" }

// Kind implements [Input].
func (SendInput) Kind() string { return "send" }

// Kind implements [Input].
func (MessageStoredInput) Kind() string { return "messageStored" }

// Kind implements [Input].
func (SetPresenceInput) Kind() string { return "setPresence" }

// Kind implements [Input].
func (OpenedInput) Kind() string { return "opened" }

// Kind implements [Input].
func (FrameInput) Kind() string { return "frame" }

// Kind implements [Input].
func (EndedInput) Kind() string { return "ended" }

// Kind implements [Input].
func (TokenInput) Kind() string { return "token" }

// Kind implements [Input].
func (TokenFailedInput) Kind() string { return "tokenFailed" }

// Kind implements [Input].
func (HandledInput) Kind() string { return "handled" }

// Kind implements [Input].
func (ReloadedInput) Kind() string { return "reloaded" }

// Kind implements [Input].
func (ReloadFailedInput) Kind() string { return "reloadFailed" }

// Kind implements [Input].
func (TickInput) Kind() string { return "tick" }

func (ConnectInput) input()       {}
func (SuspendInput) input()       {}
func (ResumeInput) input()        {}
func (DisconnectInput) input()    {}
func (SignalInput) input()        {}
func (SendInput) input()          {}
func (MessageStoredInput) input() {}
func (SetPresenceInput) input()   {}
func (OpenedInput) input()        {}
func (FrameInput) input()         {}
func (EndedInput) input()         {}
func (TokenInput) input()         {}
func (TokenFailedInput) input()   {}
func (HandledInput) input()       {}
func (ReloadedInput) input()      {}
func (ReloadFailedInput) input()  {}
func (TickInput) input()          {}
