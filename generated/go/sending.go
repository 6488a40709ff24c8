package latido

import (
	"context"
	"sync"

	"github.com/latido/latido-go/session"
)

// SendOption changes how a message is sent.
type SendOption func(*session.SendInput)

// ToScope addresses one of the session's scopes. The default is the user's own devices.
func ToScope(scope Scope) SendOption { return func(s *session.SendInput) { s.Scope = scope } }

// WithMessageID sends under this UUID. The default is a new one.
func WithMessageID(messageID string) SendOption {
	return func(s *session.SendInput) { s.MessageID = messageID }
}

// Sending is a message on its way.
type Sending struct {
	// MessageID is the UUID that it travels under.
	MessageID string

	done   chan struct{}
	result SendResult
	err    error
}

// Wait waits for what becomes of the message (MSG-23: that happens once). If the context ends first, the
// message goes on.
//
// The error is an [*OutboxFullError], a [*FrameTooLargeError], a [*ClosedError] or a [*UsageError] where
// the message was never on its way.
func (s *Sending) Wait(ctx context.Context) (SendResult, error) {
	select {
	case <-s.done:
		return s.result, s.err
	case <-ctx.Done():
		return SendResult{}, ctx.Err()
	}
}

// sendings are messages of this process that have no result yet.
type sendings struct {
	mu   sync.Mutex
	byID map[string]*Sending
}

func (s *sendings) add(messageID string) (*Sending, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID[messageID] != nil {
		return nil, idInUse()
	}
	if s.byID == nil {
		s.byID = make(map[string]*Sending)
	}
	sending := &Sending{MessageID: messageID, done: make(chan struct{})}
	s.byID[messageID] = sending
	return sending, nil
}

// settle tells whether the message was one of this process.
func (s *sendings) settle(messageID string, result SendResult, err error) (found bool) {
	s.mu.Lock()
	sending := s.byID[messageID]
	delete(s.byID, messageID)
	s.mu.Unlock()
	if sending == nil {
		return false
	}
	sending.result, sending.err = result, err
	close(sending.done)
	return true
}

func idInUse() error {
	return usageError("the message id is that of a message without a result; use a new UUID")
}

// refusalError says why a message never entered the outbox.
func refusalError(refusal session.Refusal, closed error) error {
	switch refusal.Why {
	case session.RefusedIDInUse:
		return idInUse()
	case session.RefusedOutboxFull:
		return &OutboxFullError{Limit: int(refusal.Limit)}
	case session.RefusedFrameTooLarge:
		return &FrameTooLargeError{What: "frame", Limit: refusal.Limit, Bytes: refusal.Bytes}
	case session.RefusedPayloadTooLarge:
		return &FrameTooLargeError{What: "payload", Limit: refusal.Limit, Bytes: refusal.Bytes}
	default:
		return closed
	}
}
