package latido

import (
	"context"
	"errors"
	"time"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// closeTimeout is how long a closing handshake may take before the connection is dropped.
const closeTimeout = 2 * time.Second

// socket is the connection of one attempt, from dialling to its end. What it reports goes to the session,
// which ignores what comes too late (RECON-17).
type socket struct {
	generation int64
	report     func(session.Input)
	// cancel ends the dialling, and whatever blocks after the end of the closing handshake.
	cancel context.CancelFunc
	// conn is the open connection; only calls of writes use it.
	conn   Conn
	writes serial
	// done is closed when nothing of the socket is left.
	done chan struct{}
}

// openSocket dials at once, and answers before anything is reported.
func openSocket(generation int64, dial Dialer, request DialRequest, report func(session.Input)) *socket {
	ctx, cancel := context.WithCancel(context.Background())
	s := &socket{generation: generation, report: report, cancel: cancel, done: make(chan struct{})}
	go s.run(ctx, dial, request)
	return s
}

func (s *socket) run(ctx context.Context, dial Dialer, request DialRequest) {
	defer close(s.done)
	defer s.cancel()
	conn, err := dial(ctx, request)
	if err != nil {
		s.ended(err)
		return
	}
	s.writes.do(func() { s.conn = conn })
	s.report(session.OpenedInput{Generation: s.generation})
	for {
		text, err := conn.Read(ctx)
		if err != nil {
			s.ended(err)
			break
		}
		s.report(session.FrameInput{Generation: s.generation, Text: text})
	}
	s.cancel()
	s.writes.wait(func() {
		_ = conn.Close(ctx, protocol.CloseNormal, "") // whatever the reason, the connection is over
	})
}

func (s *socket) ended(err error) {
	var end *EndError
	if errors.As(err, &end) {
		s.report(session.EndedInput{Generation: s.generation, Code: end.Code, Reason: end.Reason})
		return
	}
	s.report(session.EndedInput{Generation: s.generation, Code: protocol.CloseAbnormal, Reason: err.Error()})
}

// send writes a text after those before it. A write that fails ends the connection, which the reader
// notices.
func (s *socket) send(text string) {
	s.writes.do(func() {
		if s.conn != nil {
			_ = s.conn.Write(context.Background(), text)
		}
	})
}

// close says farewell after what was sent. In closeTimeout nothing of the socket is left.
func (s *socket) close(code CloseCode, reason string) {
	ctx, stop := context.WithTimeout(context.Background(), closeTimeout)
	context.AfterFunc(ctx, s.cancel)
	s.writes.do(func() {
		defer stop()
		if s.conn != nil {
			_ = s.conn.Close(ctx, code, reason)
		}
	})
}
