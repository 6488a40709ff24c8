package session

import (
	"time"

	"github.com/latido/latido-go/protocol"
)

type connectionInput = protocol.ClientConnectionInput

// connection is the connection over all its attempts: when to dial, and what an end means.
type connection struct {
	port     *port
	settings *Settings
	machine  *machine[State, connectionInput]
	// lost is called when a connection that had brought CONNECT is over, before the next state is told.
	lost func()
	// closed is called when the client is over, before that state is told.
	closed func()

	generation int64
	// dialled: the socket of the present generation was asked for and is not over.
	dialled  bool
	attempt  int64
	intentAt int64
	// tokenRequest is the question to the provider that this attempt waits for, 0 for none.
	tokenRequest int64
	// connectedAt is when CONNECT came; not set where it has not.
	connectedAt int64
	hasCONNECT  bool
	stable      bool
	// retries and failures count since the last stable connection.
	retries, failures int
	freshTokenArmed   bool
	disconnect        *protocol.ServerDisconnectFrame
	// notBefore is until when a retryAfterMs forbids an early attempt.
	notBefore int64
	earlyAt   int64
	hadEarly  bool
}

// end is why a connection is over. It is the client's own if that closed it for a reason of its own.
type end struct {
	code   protocol.CloseCode
	reason string
	own    bool
}

func newConnection(port *port, settings *Settings) *connection {
	c := &connection{
		port:            port,
		settings:        settings,
		attempt:         settings.FirstAttempt - 1,
		freshTokenArmed: true,
	}
	c.machine = newMachine(protocol.ClientConnection, func(from State, input connectionInput, to State) {
		port.moved(Move{"clientConnection", "", string(from), string(input), string(to)})
	})
	return c
}

func (c *connection) state() State { return c.machine.state }

// isCurrent tells whether an event of this generation still counts (RECON-17).
func (c *connection) isCurrent(generation int64) bool {
	return c.dialled && generation == c.generation
}

// start: the application wants a session (CONN-5: automatic retries keep counting from here).
func (c *connection) start(input connectionInput) {
	c.intentAt = c.port.now
	c.machine.move(input, protocol.ClientConnectionStateConnecting)
	c.dial()
}

// retry: the delay or the rest is over.
func (c *connection) retry(input connectionInput) {
	c.machine.move(input, protocol.ClientConnectionStateConnecting)
	c.dial()
}

// signal: the platform says that the network or the page is back.
func (c *connection) signal(input connectionInput) {
	now := c.port.now
	tooSoon := c.hadEarly && now-c.earlyAt < protocol.DefaultEarlyAttemptMs
	if tooSoon || now < c.notBefore { // RECON-15, RECON-16
		c.port.trace("%s ignored: too early for another attempt", input)
		return
	}
	c.earlyAt, c.hadEarly = now, true
	c.machine.move(input, protocol.ClientConnectionStateConnecting)
	c.dial()
}

// awaitsToken tells whether this is the answer that the present attempt waits for.
func (c *connection) awaitsToken(requestID int64) bool {
	return c.tokenRequest != 0 && c.tokenRequest == requestID
}

func (c *connection) tokenReceived(token string) {
	c.machine.move(protocol.ClientConnectionInputTokenReceived, protocol.ClientConnectionStateConnecting)
	c.tokenRequest = 0
	c.open(token)
}

func (c *connection) tokenFailed(problem string) {
	c.port.emit(TokenFailedNotice{Problem: problem})
	failed := end{code: protocol.CloseAbnormal, reason: "the token provider failed", own: true}
	c.end(protocol.ClientConnectionInputTokenFailed, failed)
}

func (c *connection) opened() {
	c.machine.move(protocol.ClientConnectionInputOpened, protocol.ClientConnectionStateConnecting)
}

// connected: CONNECT has arrived.
func (c *connection) connected() {
	c.machine.move(protocol.ClientConnectionInputFrameConnect, protocol.ClientConnectionStateConnected)
	c.connectedAt, c.hasCONNECT = c.port.now, true
	c.stable = false
	c.port.timers.clear(timer{name: timerConnectTimeout})
	c.port.timers.set(timer{name: timerStable}, c.port.now, c.port.announced.reconnect.StableAfterMs)
	c.tell(StateChange{})
}

func (c *connection) announceEnd(frame *protocol.ServerDisconnectFrame) {
	c.machine.stay(protocol.ClientConnectionInputFrameDisconnect)
	c.disconnect = frame
}

// becomeStable: from now on an end is no failure in a row (RECON-9).
func (c *connection) becomeStable() {
	c.machine.move(protocol.ClientConnectionInputTickStable, protocol.ClientConnectionStateConnected)
	c.markStable()
}

func (c *connection) ended(code protocol.CloseCode, reason string) {
	c.dialled = false
	c.end(protocol.ClientConnectionInputEnded, end{code: code, reason: reason})
}

// giveUp closes the connection for a reason of the client's own.
func (c *connection) giveUp(input connectionInput, code protocol.CloseCode, reason string) {
	c.close(code, reason)
	c.end(input, end{code: code, reason: reason, own: true})
}

// leave ends the connection on purpose: presence ends at once (MSG-30).
func (c *connection) leave(input connectionInput, to State, reason string) {
	wasConnected := c.port.connected()
	if wasConnected {
		c.port.send(&protocol.ClientDisconnectFrame{
			Timestamp: c.port.timestamp(), Reason: optional(reason),
		})
	}
	c.close(protocol.CloseNormal, reason)
	c.forgetAttempt()
	c.retries = 0
	c.machine.move(input, to)
	if wasConnected {
		c.lost()
	}
	if to == protocol.ClientConnectionStateSuspended {
		c.tell(StateChange{})
		return
	}
	c.port.timers.clearAll()
	c.closed()
	if reason == "" {
		reason = "disconnect"
	}
	c.tell(StateChange{Code: protocol.CloseNormal, Reason: reason})
}

func (c *connection) dial() {
	c.clearWaits()
	c.generation++
	c.port.timers.set(timer{name: timerConnectTimeout}, c.port.now, c.settings.ConnectTimeoutMs) // CONN-20
	c.tell(StateChange{})
	if c.settings.HasTokenProvider {
		c.tokenRequest = c.generation
		// AUTH-17: every connection with a token of its own
		c.port.emit(RequestTokenEffect{RequestID: c.generation, Purpose: ForConnect})
		return
	}
	c.open(c.settings.Token)
}

func (c *connection) open(token string) {
	now := c.port.now
	c.attempt++ // CONN-4
	c.dialled = true
	c.port.timers.set(timer{name: timerConnectTimeout}, now, c.settings.ConnectTimeoutMs)
	c.port.emit(OpenEffect{
		Generation:  c.generation,
		UserID:      c.settings.UserID,
		DeviceID:    c.settings.DeviceID,
		Attempt:     c.attempt,
		IntentAgeMs: max(0, now-c.intentAt),
		HeartbeatMs: c.settings.HeartbeatMs,
		Token:       token,
	})
}

func (c *connection) close(code protocol.CloseCode, reason string) {
	if !c.dialled {
		return
	}
	c.dialled = false
	c.port.emit(CloseEffect{Generation: c.generation, Code: code, Reason: reason})
}

// end takes what an end means. The own reason decides, else the code of a DISCONNECT, else the close code
// (RECON-19).
func (c *connection) end(input connectionInput, why end) {
	disconnect := c.disconnect
	if !why.own && disconnect != nil {
		why.code, why.reason = protocol.CloseCode(disconnect.Code), disconnect.Reason
	}
	wasConnected := c.port.connected()
	afterStable := c.countEnd()
	rule := why.code.Reconnect()
	stops := disconnect != nil && !disconnect.Reconnect || c.stops(rule) // RECON-28, RECON-29
	told := adviceOf(disconnect, rule == protocol.ReconnectBackoffSpread)
	c.forgetAttempt()

	to := protocol.ClientConnectionStateBackoff
	switch {
	case stops:
		to = protocol.ClientConnectionStateClosed
	case c.failures >= int(c.port.announced.reconnect.CircuitAfter): // RECON-12
		to = protocol.ClientConnectionStateCircuitOpen
	}
	c.machine.move(input, to)
	if wasConnected {
		c.lost()
	}
	if stops {
		c.port.timers.clearAll()
		c.closed()
		c.tell(StateChange{Code: why.code, Reason: why.reason})
		return
	}
	c.wait(told, afterStable, why)
}

// countEnd counts the end, and tells whether a stable connection came before this retry.
func (c *connection) countEnd() (afterStable bool) {
	if c.hasCONNECT && c.port.now-c.connectedAt >= c.port.announced.reconnect.StableAfterMs {
		c.markStable()
	}
	if !c.stable {
		c.failures++ // RECON-9
	}
	return c.stable
}

func (c *connection) markStable() {
	c.stable = true
	c.retries = 0
	c.failures = 0
	c.freshTokenArmed = true // RECON-26
}

func (c *connection) stops(rule protocol.ReconnectRule) bool {
	switch rule {
	case protocol.ReconnectStop:
		return true
	case protocol.ReconnectToken: // RECON-24
		return !c.settings.HasTokenProvider
	case protocol.ReconnectFreshTokenOnce: // RECON-25
		goesOn := c.settings.HasTokenProvider && c.freshTokenArmed
		c.freshTokenArmed = false
		return !goesOn
	default: // RECON-23: an end that was asked for never comes here
		return false
	}
}

func (c *connection) wait(told advice, afterStable bool, why end) {
	now, reconnect := c.port.now, c.port.announced.reconnect
	var retryInMs int64
	name := timerBackoff
	if c.state() == protocol.ClientConnectionStateCircuitOpen {
		name = timerCircuitRest
		retryInMs = circuitRest(reconnect, told, c.port.random)
	} else {
		retryInMs = retryDelay(c.retries, reconnect, told, afterStable, c.port.random)
	}
	c.retries++
	c.notBefore = now + told.retryAfterMs
	c.port.timers.set(timer{name: name}, now, retryInMs)
	retryIn := milliseconds(retryInMs)
	c.tell(StateChange{RetryIn: retryIn, Code: why.code, Reason: why.reason})
	c.port.emit(ReconnectingNotice{Attempt: int64(c.retries), RetryIn: retryIn})
}

// forgetAttempt drops what belonged to the attempt alone.
func (c *connection) forgetAttempt() {
	c.clearWaits()
	c.dialled = false
	c.tokenRequest = 0
	c.hasCONNECT = false
	c.stable = false
	c.disconnect = nil
	c.notBefore = 0
}

func (c *connection) clearWaits() {
	for _, name := range []timerName{timerConnectTimeout, timerStable, timerBackoff, timerCircuitRest} {
		c.port.timers.clear(timer{name: name})
	}
}

// tell adds the state and the count of retries to a change.
func (c *connection) tell(change StateChange) {
	change.State = c.state()
	change.Attempt = int64(c.retries)
	c.port.emit(change)
}

func milliseconds(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

// optional is nil for an empty text.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
