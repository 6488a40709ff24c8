package session

import (
	"time"

	"github.com/latido/latido-go/protocol"
)

// Notice is something that a person or a log may want to know.
type Notice interface {
	Effect
	// NoticeKind is the name of the notice, for example "reconnecting".
	NoticeKind() string
}

// What the session and the client tell.
type (
	// ReconnectingNotice tells of a coming attempt.
	ReconnectingNotice struct {
		Attempt int64
		RetryIn time.Duration
	}

	// RecoveredNotice tells that the client is connected again, and every stream has caught up or was refreshed.
	RecoveredNotice struct {
		Down time.Duration
	}

	// RefreshedNotice tells that the state behind a stream was reloaded.
	RefreshedNotice struct {
		Stream string                 `json:"stream"`
		Reason protocol.RefreshReason `json:"reason"`
	}

	// ReloadFailedNotice tells that a reload failed, and when it is tried again.
	ReloadFailedNotice struct {
		Stream  string
		Problem string
		RetryIn time.Duration
	}

	// HandlerFailedNotice tells what a handler answered. The event counts as handled.
	HandlerFailedNotice struct {
		Stream  string `json:"stream"`
		EventID int64  `json:"eventId"`
		Problem string `json:"problem"`
	}

	// InvalidEventNotice tells of an event whose payload the contract does not allow. It counts as handled.
	InvalidEventNotice struct {
		Stream  string `json:"stream"`
		EventID int64  `json:"eventId"`
		Event   string `json:"event"`
		Problem string `json:"problem"`
	}

	// ServerErrorNotice is an ERROR of the server.
	ServerErrorNotice struct {
		Code      protocol.ErrorCode `json:"code"`
		Message   string             `json:"message"`
		Retryable bool               `json:"retryable"`
		// RetryAfterMs is absent where the server gave none.
		RetryAfterMs *int64 `json:"retryAfterMs,omitempty"`
		// MessageID and Stream name what was refused, where that is one of them.
		MessageID string `json:"messageId,omitempty"`
		Stream    string `json:"stream,omitempty"`
	}

	// RemoteProtocolErrorNotice tells that the server broke the protocol; the frame had no effect.
	RemoteProtocolErrorNotice struct {
		Problem string `json:"problem"`
	}

	// TokenFailedNotice tells that the token provider has no token.
	TokenFailedNotice struct {
		Problem string `json:"problem"`
	}

	// NotSentNotice tells of a frame that is larger than the server takes, which would have ended the
	// session.
	NotSentNotice struct {
		Type  string `json:"type"`
		Bytes int64  `json:"bytes"`
		Limit int64  `json:"limit"`
	}

	// StoreFailedNotice tells that a store could not be written. Positions are tried again with the next one.
	StoreFailedNotice struct {
		Problem string `json:"problem"`
	}

	// ListenerFailedNotice tells what a throttled handler answered.
	ListenerFailedNotice struct {
		Problem string `json:"problem"`
	}
)

// NoticeKind implements [Notice].
func (ReconnectingNotice) NoticeKind() string { return "reconnecting" }

// NoticeKind implements [Notice].
func (RecoveredNotice) NoticeKind() string { return "recovered" }

// NoticeKind implements [Notice].
func (RefreshedNotice) NoticeKind() string { return "refreshed" }

// NoticeKind implements [Notice].
func (ReloadFailedNotice) NoticeKind() string { return "reload_failed" }

// NoticeKind implements [Notice].
func (HandlerFailedNotice) NoticeKind() string { return "handler_failed" }

// NoticeKind implements [Notice].
func (InvalidEventNotice) NoticeKind() string { return "invalid_event" }

// NoticeKind implements [Notice].
func (ServerErrorNotice) NoticeKind() string { return "server_error" }

// NoticeKind implements [Notice].
func (RemoteProtocolErrorNotice) NoticeKind() string { return "remote_protocol_error" }

// NoticeKind implements [Notice].
func (TokenFailedNotice) NoticeKind() string { return "token_failed" }

// NoticeKind implements [Notice].
func (NotSentNotice) NoticeKind() string { return "not_sent" }

// NoticeKind implements [Notice].
func (StoreFailedNotice) NoticeKind() string { return "store_failed" }

// NoticeKind implements [Notice].
func (ListenerFailedNotice) NoticeKind() string { return "listener_failed" }

// Kind implements [Effect].
func (ReconnectingNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (RecoveredNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (RefreshedNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (ReloadFailedNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (HandlerFailedNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (InvalidEventNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (ServerErrorNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (RemoteProtocolErrorNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (TokenFailedNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (NotSentNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (StoreFailedNotice) Kind() string { return "notice" }

// Kind implements [Effect].
func (ListenerFailedNotice) Kind() string { return "notice" }

func (ReconnectingNotice) effect()        {}
func (RecoveredNotice) effect()           {}
func (RefreshedNotice) effect()           {}
func (ReloadFailedNotice) effect()        {}
func (HandlerFailedNotice) effect()       {}
func (InvalidEventNotice) effect()        {}
func (ServerErrorNotice) effect()         {}
func (RemoteProtocolErrorNotice) effect() {}
func (TokenFailedNotice) effect()         {}
func (NotSentNotice) effect()             {}
func (StoreFailedNotice) effect()         {}
func (ListenerFailedNotice) effect()      {}
