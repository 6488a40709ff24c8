package session

import (
	"github.com/latido/latido-go/protocol"
)

// Session is the client side of the protocol. It is not safe for concurrent use.
type Session struct {
	settings   *Settings
	port       *port
	connection *connection
	heartbeat  *heartbeat
	acks       *acks
	streams    *streams
	outbox     *outbox
	presence   *ownPresence
	peers      *peers
	token      *tokenRefresh
	recovery   *recovery
}

// New makes a session. The only chance there is comes from random, uniform in [0, 1).
// If moved is not nil it is told of every row of the lifecycle tables that is taken, for tests and
// diagrams.
func New(settings Settings, random func() float64, moved func(Move)) *Session {
	port := newPort(random, moved)
	s := &Session{
		settings:  &settings,
		port:      port,
		heartbeat: &heartbeat{port: port},
		acks:      newAcks(port, settings.Positions),
		outbox:    newOutbox(port, &settings),
		presence:  &ownPresence{port: port},
		peers:     newPeers(port),
		token:     &tokenRefresh{port: port, hasProvider: settings.HasTokenProvider},
		recovery:  &recovery{port: port},
	}
	s.streams = newStreams(port, &settings, s.acks, s.heartbeat)
	s.connection = newConnection(port, &settings)
	s.connection.lost = s.connectionLost
	s.connection.closed = func() {
		s.streams.close()
		s.outbox.closed()
	}
	port.connection = s.connection
	return s
}

// Deadline is when a tick next has work, in the time of Handle; not ok when nothing waits.
func (s *Session) Deadline() (at int64, ok bool) { return s.port.timers.deadline() }

// Chances are what chance gave during the last input, in order: with them the input can be replayed.
func (s *Session) Chances() []float64 { return s.port.chances }

// State is that of the connection.
func (s *Session) State() State { return s.connection.state() }

// Groups are a copy of what is known of presence, by group name.
func (s *Session) Groups() map[string]Group { return s.peers.known() }

// Statistics are what was counted so far.
func (s *Session) Statistics() Statistics {
	return Statistics{
		Counters:   s.port.counters,
		OutboxSize: s.outbox.items.len(),
		InFlight:   s.outbox.inFlight,
		KeptEvents: s.streams.keptEvents(),
		Streams:    s.streams.byName.len(),
	}
}

// Handle takes one input, and answers what is to be done, in order. Now is in milliseconds since 1970, by
// a clock that never goes back.
func (s *Session) Handle(input Input, now int64) []Effect {
	s.port.begin(now)
	s.take(input)
	s.finish()
	return s.port.effects
}

func (s *Session) take(input Input) {
	switch input := input.(type) {
	case ConnectInput:
		s.start(protocol.ClientConnectionInputConnect)
	case ResumeInput:
		s.start(protocol.ClientConnectionInputResume)
	case SuspendInput:
		s.leave(protocol.ClientConnectionInputSuspend, protocol.ClientConnectionStateSuspended, "")
	case DisconnectInput:
		s.leave(protocol.ClientConnectionInputDisconnect, protocol.ClientConnectionStateClosed, input.Reason)
	case SignalInput:
		signal := connectionInput("signal:" + input.Signal)
		s.when(signal, func() { s.connection.signal(signal) })
	case TokenInput:
		s.tokenReceived(input)
	case TokenFailedInput:
		s.tokenFailed(input)
	case OpenedInput:
		s.ofGeneration(input.Generation, protocol.ClientConnectionInputOpened, s.connection.opened)
	case EndedInput:
		s.ofGeneration(input.Generation, protocol.ClientConnectionInputEnded, func() {
			s.connection.ended(input.Code, input.Reason)
		})
	case FrameInput:
		if s.connection.isCurrent(input.Generation) {
			s.receive(input.Text)
		} else {
			s.port.trace("frame ignored: of an attempt that is over")
		}
	case SendInput:
		if s.State() == protocol.ClientConnectionStateClosed {
			s.port.emit(RefuseEffect{MessageID: input.MessageID, Refusal: Refusal{Why: RefusedClosed}})
		} else {
			s.outbox.add(input)
		}
	case MessageStoredInput:
		s.outbox.stored(input)
	case SetPresenceInput:
		s.presence.set(protocol.PresenceUpdatePayload{Status: input.Status, Metadata: input.Metadata})
	case HandledInput:
		s.streams.handled(input)
	case ReloadedInput:
		s.streams.reloaded(input)
	case ReloadFailedInput:
		s.streams.reloadFailed(input)
	case TickInput:
		s.port.timers.fire(s.port.now, s.timer)
	}
}

// finish: what several parts of one input made due goes out together, after everything else.
func (s *Session) finish() {
	if s.acks.isFull() { // ACK-3
		s.acks.flush()
	}
	if s.port.connected() {
		s.streams.flush()
		s.peers.flush()
	}
	s.recovery.look(s.streams.areCurrent)
}

// when acts where the table lists the input in the present state.
func (s *Session) when(input connectionInput, act func()) {
	if s.connection.machine.accepts(input) {
		act()
	} else {
		s.port.trace("%s ignored while %s", input, s.State())
	}
}

// ofGeneration: a late event of an older attempt has no effect (RECON-17).
func (s *Session) ofGeneration(generation int64, input connectionInput, act func()) {
	if s.connection.isCurrent(generation) {
		s.when(input, act)
	} else {
		s.port.trace("%s ignored: of an attempt that is over", input)
	}
}

func (s *Session) start(input connectionInput) {
	s.when(input, func() {
		s.outbox.expire()
		s.connection.start(input)
	})
}

func (s *Session) leave(input connectionInput, to State, reason string) {
	s.when(input, func() {
		s.acks.flush()
		s.connection.leave(input, to, reason)
		s.recovery.forget()
	})
}

// tokenReceived takes the answer of the token provider, for the present attempt or for a refresh.
func (s *Session) tokenReceived(input TokenInput) {
	switch {
	case s.connection.awaitsToken(input.RequestID):
		s.connection.tokenReceived(input.Token)
	case s.token.awaits(input.RequestID):
		s.connection.machine.stay(protocol.ClientConnectionInputTokenReceived)
		s.token.received(input.Token)
	default:
		s.port.trace("token ignored: of a question that is over")
	}
}

func (s *Session) tokenFailed(input TokenFailedInput) {
	switch {
	case s.connection.awaitsToken(input.RequestID):
		s.connection.tokenFailed(input.Problem)
	case s.token.awaits(input.RequestID):
		s.refreshFailed(input.Problem)
	default:
		s.port.trace("token ignored: of a question that is over")
	}
}

func (s *Session) refreshFailed(problem string) {
	s.connection.machine.stay(protocol.ClientConnectionInputTokenFailed)
	s.token.failed(problem)
}

// timer takes a wait that is over and was to end at an instant.
func (s *Session) timer(what timer, at int64) {
	switch what.name {
	case timerAck:
		s.acks.flush()
	case timerBackoff:
		s.connection.retry(protocol.ClientConnectionInputTickBackoff)
	case timerCircuitRest:
		s.connection.retry(protocol.ClientConnectionInputTickCircuitRest)
	case timerConnectTimeout: // CONN-20
		s.connection.giveUp(
			protocol.ClientConnectionInputTickConnectTimeout, protocol.CloseHeartbeatTimeout, "no CONNECT in time",
		)
	case timerHeartbeat:
		s.connection.machine.stay(protocol.ClientConnectionInputTickHeartbeat)
		s.heartbeat.beat(at)
	case timerHeartbeatDeadline:
		s.heartbeatDeadline(at)
	case timerOutboxWindow:
		s.outbox.expire()
	case timerPresenceTimeout:
		s.peers.timedOut(what.subject)
	case timerStable:
		s.connection.becomeStable()
	case timerTokenRefresh:
		s.connection.machine.stay(protocol.ClientConnectionInputTickTokenRefresh)
		s.token.due(s.settings.ConnectTimeoutMs)
	case timerTokenTimeout:
		s.refreshFailed("the token provider did not answer in time")
	case timerReloadRetry, timerSyncRetry, timerSyncTimeout:
		s.streams.tick(what)
	}
}

func (s *Session) heartbeatDeadline(at int64) {
	input := protocol.ClientConnectionInputTickHeartbeatDeadline
	if s.heartbeat.isLate(at) { // LIVE-5
		s.connection.machine.stay(input)
		s.heartbeat.startAfresh()
		return
	}
	s.connection.giveUp(input, protocol.CloseHeartbeatTimeout, "no sign of life from the server") // LIVE-4
}

// connectionLost: a connection that had brought CONNECT is over.
func (s *Session) connectionLost() {
	s.recovery.lost()
	s.heartbeat.stop()
	s.token.stop()
	s.streams.connectionLost()
	s.acks.connectionLost()
	s.peers.connectionLost()
	s.outbox.connectionLost()
}
