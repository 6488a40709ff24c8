package session

import "github.com/latido/latido-go/protocol"

type (
	streamState = protocol.ClientStreamState
	streamInput = protocol.ClientStreamInput
)

// stream is one stream of the session. It knows of the connection only whether there is one.
type stream struct {
	name    string
	port    *port
	host    streamHost
	machine *machine[streamState, streamInput]
	kept    *keptEvents
	known   knownHead
	request syncRequest
	reload  reloadQueue
	scope   protocol.Scope
	module  string
	epoch   string
	// last is the last id handed to the application.
	last int64
	// reach: up to here nothing is missing, delivered or kept without a hole.
	reach int64
	// busy is the event whose handler runs, 0 for none.
	busy int64
	// morePages: the server said that its page was not the last.
	morePages bool
}

func newStream(name string, port *port, host streamHost, before legacy, keptBound int) *stream {
	s := &stream{
		name:  name,
		port:  port,
		host:  host,
		kept:  newKeptEvents(keptBound),
		epoch: before.position.Epoch,
		last:  before.position.LastEventID,
		reach: before.position.LastEventID,
		busy:  before.busy,
	}
	s.machine = newMachine(protocol.ClientStream, func(from streamState, input streamInput, to streamState) {
		port.moved(Move{"clientStream", name, string(from), string(input), string(to)})
	})
	return s
}

func (s *stream) state() streamState { return s.machine.state }

// position is the own one: everything up to it was handed to the application.
func (s *stream) position() protocol.StreamPosition {
	return protocol.StreamPosition{Stream: s.name, Epoch: s.epoch, LastEventID: s.last}
}

func (s *stream) legacy() legacy { return legacy{s.position(), s.busy} }

// isCurrent: nothing is missing and no reload runs.
func (s *stream) isCurrent() bool {
	switch s.state() {
	case protocol.ClientStreamStateReloading:
		return false
	case protocol.ClientStreamStateForbidden:
		return true
	default:
		return !s.isBehind()
	}
}

// seeHead takes a stream list of a new connection or a new token.
func (s *stream) seeHead(input streamInput, head *protocol.StreamHead) {
	if head.Scope != nil {
		s.scope = head.Scope
	}
	if head.Module != nil {
		s.module = *head.Module
	}
	s.known.see(head.Epoch, head.LastEventID, s.epoch)
	s.look(input)
}

// seePlace takes a head that a frame names.
func (s *stream) seePlace(place protocol.StreamPosition) {
	s.known.see(place.Epoch, place.LastEventID, s.epoch)
	s.look(protocol.ClientStreamInputHead)
}

func (s *stream) connectionLost() {
	s.settle()
	s.request.reset() // SYNC-10
	s.morePages = false
	s.port.timers.clear(s.timer(timerSyncRetry))
	to := protocol.ClientStreamStateLive
	if s.state() == protocol.ClientStreamStateReloading {
		to = protocol.ClientStreamStateReloading // REFRESH-21: a reload goes on
	}
	s.machine.move(protocol.ClientStreamInputConnectionLost, to)
}

// removed: no longer in the session's set (STREAM-13).
func (s *stream) removed() {
	s.machine.move(protocol.ClientStreamInputRemoved, protocol.ClientStreamStateRemoved)
	s.settle()
	s.port.timers.clear(s.timer(timerSyncRetry))
	s.port.timers.clear(s.timer(timerReloadRetry))
	s.close()
}

// close hands nothing more to the application; a handler that runs may still end.
func (s *stream) close() {
	s.kept.clear()
	s.reload.clear()
}

func (s *stream) timer(name timerName) timer { return timer{name, s.name} }
