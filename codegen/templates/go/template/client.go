package latido

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// Client is a session that survives bad networks. Delivery is at least once, with duplicates dropped by
// (stream, epoch, event id), and in order within a stream. It is safe for concurrent use.
type Client struct {
	config *config
	// life ends with Disconnect.
	life    context.Context
	endLife context.CancelFunc

	// told runs listeners, apart from the driver's loop.
	told     serial
	handlers handlers
	reloads  listeners[ReloadHandler]
	states   listeners[func(StateChange)]
	notices  listeners[func(Notice)]
	presence listeners[func(PresenceChange)]
	results  listeners[func(Result)]
	traces   listeners[func(Step)]

	sendings  sendings
	positions positionWriter
	outbox    outboxWriter

	state  atomic.Value // State
	closed atomic.Pointer[ClosedError]

	// starting is full while the stores are read.
	starting chan struct{}
	// mu guards what follows.
	mu sync.Mutex
	// driver is nil until the stores are read; inputs wait for it.
	driver *driver
	early  []session.Input

	// waiting are calls of Connect that wait for CONNECT; they belong to the driver's loop.
	waiting []chan<- error
	// forgetToken ends the last question to the token provider; it belongs to the driver's loop.
	forgetToken context.CancelFunc
}

// New makes a client. It does nothing until Connect. The URL begins with ws:// or wss://, the user id is 1
// to 128 of the characters A-Z a-z 0-9 _ . : -. The error is a [*UsageError].
func New(url, userID string, options ...Option) (*Client, error) {
	config, err := newConfig(url, userID, options)
	if err != nil {
		return nil, err
	}
	c := &Client{config: config, starting: make(chan struct{}, 1)}
	c.life, c.endLife = context.WithCancel(context.Background())
	c.state.Store(Idle)
	failed := func(err error) { c.notify(session.StoreFailedNotice{Problem: problemOf(err)}) }
	c.positions = positionWriter{store: config.positions, failed: failed}
	c.outbox = outboxWriter{store: config.outbox, failed: failed}
	return c, nil
}

// State is that of the connection (LIB-4).
func (c *Client) State() State { return c.state.Load().(State) }

// Connect loads the stores, dials, and keeps the session alive from then on. It returns at the first
// CONNECT, however many attempts that takes. The context bounds the wait alone: the client goes on.
//
// The error is a [*ClosedError] when a close code or Disconnect ends the client, and a [*StoreError] when a
// store cannot be read; then it may be called again.
func (c *Client) Connect(ctx context.Context) error {
	driver, err := c.start(ctx)
	if err != nil {
		return err
	}
	connected := make(chan error, 1)
	driver.loop.do(func() { c.awaitConnected(driver, connected) })
	select {
	case err := <-connected:
		return err
	case <-ctx.Done():
		driver.loop.do(func() { c.forgetWaiting(connected) })
		return ctx.Err()
	}
}

func (c *Client) forgetWaiting(connected chan<- error) {
	c.waiting = slices.DeleteFunc(c.waiting, func(each chan<- error) bool { return each == connected })
}

// awaitConnected answers when there is a connection; on the loop only.
func (c *Client) awaitConnected(driver *driver, connected chan<- error) {
	state := driver.session.State()
	switch state {
	case Connected:
		connected <- nil
		return
	case Closed:
		connected <- c.closed.Load()
		return
	}
	c.waiting = append(c.waiting, connected)
	switch state {
	case Idle:
		driver.step(session.ConnectInput{})
	case Suspended:
		driver.step(session.ResumeInput{})
	}
}

// start reads the stores once, then makes the session and hands it what was asked meanwhile. It ends with
// the client.
func (c *Client) start(ctx context.Context) (*driver, error) {
	select {
	case c.starting <- struct{}{}:
		defer func() { <-c.starting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if driver := c.running(); driver != nil {
		return driver, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	positions, messages, err := c.load(ctx)
	if closed := c.closed.Load(); closed != nil {
		return nil, closed
	}
	if err != nil {
		return nil, &StoreError{err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if closed := c.closed.Load(); closed != nil {
		return nil, closed
	}
	c.driver = &driver{
		session: session.New(c.config.settings(positions, messages), c.config.random, nil),
		url:     c.config.url,
		dial:    c.config.dialer,
		clock:   c.config.clock,
		perform: c.perform,
		trace:   c.trace,
	}
	for _, input := range c.early {
		c.driver.submit(input)
	}
	c.early = nil
	return c.driver, nil
}

func (c *Client) load(ctx context.Context) (positions []StreamPosition, messages []StoredMessage, err error) {
	if positions, err = c.config.positions.LoadPositions(ctx); err != nil {
		return nil, nil, err
	}
	if messages, err = c.config.outbox.LoadMessages(ctx); err != nil {
		return nil, nil, err
	}
	for _, message := range messages {
		if !json.Valid(message.Payload) || !utf8.Valid(message.Payload) {
			return nil, nil, fmt.Errorf("the payload of the message %s is not JSON", message.MessageID)
		}
	}
	return positions, messages, nil
}

func (c *Client) running() *driver {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.driver
}

// Disconnect ends the client for good: presence ends at once and pending sends are settled. When it
// returns no listener is called any more, the context of handlers is over, and no timer and no connection
// is left (LIB-2, LIB-12). The reason is for people, at most 256 characters; it may be empty. The context
// bounds the wait alone: the client ends also where it is over already.
//
// A client that the server has closed is to be disconnected too.
func (c *Client) Disconnect(ctx context.Context, reason string) error {
	if utf8.RuneCountInString(reason) > 256 {
		return usageError("the reason must be at most 256 characters")
	}
	left := make(chan struct{})
	go func() {
		defer close(left)
		c.leave(reason)
	}()
	select {
	case <-left:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// leave returns when nothing of the client is left.
func (c *Client) leave(reason string) {
	driver := c.endBeforeStart(reason)
	if driver != nil {
		driver.loop.wait(func() { driver.step(session.DisconnectInput{Reason: reason}) })
	}
	c.endLife()
	c.told.wait(c.clear) // LIB-2
	c.positions.flush()
	c.outbox.flush()
	if driver != nil {
		driver.settled() // LIB-12
	}
}

// endBeforeStart ends a client that has no session which could settle what was asked for. It answers the
// driver where there is one.
func (c *Client) endBeforeStart(reason string) *driver {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.driver != nil || c.closed.Load() != nil {
		return c.driver
	}
	if reason == "" {
		reason = "disconnect"
	}
	early := c.early
	c.early = nil
	for _, input := range early {
		if send, ok := input.(session.SendInput); ok {
			c.settle(send.MessageID, SendResult{Status: Failed, Reason: "closed"})
		}
	}
	c.changed(StateChange{State: Closed, Code: protocol.CloseNormal, Reason: reason})
	return nil
}

func (c *Client) clear() {
	c.handlers.clear()
	c.reloads.clear()
	c.states.clear()
	c.notices.clear()
	c.presence.clear()
	c.results.clear()
	c.traces.clear()
}

// Suspend rests: presence ends at once; listeners, outbox and positions are kept (LIB-3).
func (c *Client) Suspend() { c.submit(session.SuspendInput{}) }

// Resume comes back after Suspend.
func (c *Client) Resume() { c.submit(session.ResumeInput{}) }

// Signal tells that the network or the application is back: the client tries at once, where that is
// allowed (RECON-14).
func (c *Client) Signal(signal Signal) {
	if driver := c.running(); driver != nil {
		driver.submit(session.SignalInput{Signal: signal})
	}
}

// Groups are who is present, by group name.
func (c *Client) Groups() map[string]Group {
	groups := make(map[string]Group)
	c.ask(func(s *session.Session) { groups = s.Groups() })
	return groups
}

// Statistics are what was counted since the client was made (LIB-11).
func (c *Client) Statistics() Statistics {
	var statistics Statistics
	c.ask(func(s *session.Session) { statistics = s.Statistics() })
	return statistics
}

// ask looks into the session, if there is one.
func (c *Client) ask(look func(*session.Session)) {
	if driver := c.running(); driver != nil {
		driver.loop.wait(func() { look(driver.session) })
	}
}

// submit gives an input to the session, now or when there is one.
func (c *Client) submit(input session.Input) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.driver != nil:
		c.driver.submit(input)
	case c.closed.Load() == nil:
		c.early = append(c.early, input)
	}
}
