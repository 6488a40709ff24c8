package session

import (
	"math"

	"github.com/latido/latido-go/protocol"
)

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

func (s *stream) event(frame *protocol.EventFrame) {
	s.apply(frame)
	s.deliver()
	s.look(protocol.ClientStreamInputEvent)
}

func (s *stream) page(frame *protocol.SyncFrame) {
	if frame.Epoch == s.epoch {
		s.known.clearUnless(frame.Epoch) // SYNC-7
	}
	s.known.see(frame.Epoch, frame.HeadEventID, s.epoch)
	reachBefore := s.reach
	for i := range frame.Events {
		if event := &frame.Events[i]; event.Stream == s.name {
			s.apply(event) // SYNC-12
		}
	}
	s.deliver()
	if s.request.isAnsweredFrom(frame.FromEventID) {
		s.settle()
		s.request.noError()
		s.morePages = !frame.Complete // SYNC-30
		if s.reach > reachBefore || !s.isBehind() {
			s.request.progressed()
		} else {
			s.wait(s.request.waitAfterNothing()) // SYNC-32
		}
	}
	s.look(protocol.ClientStreamInputPage)
}

func (s *stream) refresh(frame *protocol.FullRefreshFrame) {
	s.settle() // SYNC-13
	s.request.reset()
	s.port.timers.clear(s.timer(timerSyncRetry))
	s.morePages = false
	s.known.clear()                // SYNC-5
	s.kept.retainOnly(frame.Epoch) // SYNC-6
	s.machine.move(protocol.ClientStreamInputRefresh, protocol.ClientStreamStateReloading)
	if s.reload.add(frame) {
		s.startReload()
	}
}

// refused: an ERROR named the stream.
func (s *stream) refused(input streamInput, retryAfterMs int64) {
	s.settle()
	if input == protocol.ClientStreamInputErrorForbiddenStream {
		s.port.timers.clear(s.timer(timerSyncRetry))
		s.machine.move(input, protocol.ClientStreamStateForbidden) // SYNC-21
		return
	}
	s.wait(s.request.waitAfterError(retryAfterMs)) // SYNC-22
	s.machine.move(input, protocol.ClientStreamStateSyncing)
}

// handled: the handler of the event that was delivered last has finished (STREAM-14).
func (s *stream) handled(epoch string, eventID int64) {
	if s.busy != eventID || epoch != s.epoch {
		return
	}
	s.busy = 0
	position := protocol.StreamPosition{Stream: s.name, Epoch: epoch, LastEventID: eventID}
	s.port.emit(StorePositionEffect{Position: position}) // POS-2
	s.host.processed(position)
	if s.state() == protocol.ClientStreamStateReloading {
		s.startReload()
	}
	s.deliver()
	s.ask()
}

func (s *stream) reloaded(reloadID, snapshotID int64) {
	current := s.reload.current
	if current == nil || !s.reload.isRunning(reloadID) {
		return
	}
	s.adopt(current, snapshotID)
	s.port.emit(RefreshedNotice{Stream: s.name, Reason: current.frame.Reason})
	if s.reload.ended() == nil {
		s.deliver()
		s.look(protocol.ClientStreamInputReloadEnded) // SYNC-8
		return
	}
	s.machine.move(protocol.ClientStreamInputReloadEnded, protocol.ClientStreamStateReloading) // REFRESH-14
	s.startReload()
}

func (s *stream) reloadFailed(reloadID int64, problem string) {
	if !s.reload.isRunning(reloadID) {
		return
	}
	retryInMs := s.reload.failed(s.port.announced.reconnect.MaxDelayMs)
	s.port.timers.set(s.timer(timerReloadRetry), s.port.now, retryInMs)
	s.machine.move(protocol.ClientStreamInputReloadFailed, protocol.ClientStreamStateReloading)
	s.port.emit(ReloadFailedNotice{Stream: s.name, Problem: problem, RetryIn: milliseconds(retryInMs)})
}

func (s *stream) reloadAgain() {
	s.machine.move(protocol.ClientStreamInputTickReloadRetry, protocol.ClientStreamStateReloading)
	s.startReload()
}

// heartbeatAcknowledged: a request is timed from the acknowledgement of a heartbeat that was sent after
// it (SYNC-15).
func (s *stream) heartbeatAcknowledged(count int64) {
	if s.request.startsTiming(count) {
		s.port.timers.set(s.timer(timerSyncTimeout), s.port.now, s.port.announced.syncTimeoutMs)
	}
}

func (s *stream) requestRanOut() {
	if s.request.ranOut() {
		s.machine.move(protocol.ClientStreamInputTickSyncTimeout, protocol.ClientStreamStateLive)
		s.host.unanswered()
		return
	}
	s.machine.move(protocol.ClientStreamInputTickSyncTimeout, protocol.ClientStreamStateSyncing)
	s.ask()
}

func (s *stream) waitIsOver() {
	to := protocol.ClientStreamStateLive
	if s.isBehind() {
		to = protocol.ClientStreamStateSyncing
	}
	s.machine.move(protocol.ClientStreamInputTickSyncRetry, to)
	s.ask()
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

// apply drops what was delivered, and keeps the rest until its turn (STREAM-6, STREAM-7, STREAM-8).
func (s *stream) apply(event *protocol.EventFrame) {
	counters := &s.port.counters
	s.known.see(event.Epoch, event.EventID, s.epoch)
	own := event.Epoch == s.epoch
	if own && event.EventID <= s.last {
		counters.DuplicatesDropped++
		return
	}
	if own && event.EventID == s.last+1 && s.isFree() {
		s.hand(event)
		s.reach = s.kept.runFrom(s.epoch, max(s.reach, s.last))
		return
	}
	from := s.reach
	switch s.kept.keep(event) {
	case duplicate:
		counters.DuplicatesDropped++
		return
	case overflow:
		counters.OverflowDropped++
		return
	case replacedNewest:
		counters.OverflowDropped++
		from = s.last
	case kept:
	}
	if own {
		s.reach = s.kept.runFrom(s.epoch, from)
	}
}

// deliver hands the next event to the application, if it was kept.
func (s *stream) deliver() {
	if !s.isFree() {
		return
	}
	if event := s.kept.take(s.epoch, s.last+1); event != nil {
		s.hand(event)
	}
}

// isFree: neither a handler nor a reload runs.
func (s *stream) isFree() bool {
	return s.busy == 0 && s.state() != protocol.ClientStreamStateRemoved && s.reload.current == nil
}

func (s *stream) hand(event *protocol.EventFrame) {
	s.last = event.EventID
	s.busy = event.EventID
	s.port.counters.EventsDelivered++
	if event.Scope == nil && s.scope != nil {
		completed := *event // LIB-9: what the stream is about, where the event does not say it
		completed.Scope = s.scope
		event = &completed
	}
	s.port.emit(DeliverEffect{Event: event, Module: s.module})
}

func (s *stream) isBehind() bool {
	return s.morePages || s.known.isBeyond(s.epoch, s.reach)
}

// look compares with the known head, and asks where something is missing (SYNC-2).
func (s *stream) look(input streamInput) {
	before := s.state()
	if s.reload.current != nil {
		s.machine.move(input, protocol.ClientStreamStateReloading)
		return
	}
	wasSyncing := before == protocol.ClientStreamStateSyncing
	stays := wasSyncing && (input == protocol.ClientStreamInputHead || input == protocol.ClientStreamInputEvent)
	unsettled := wasSyncing && input == protocol.ClientStreamInputPage && s.isAsking()
	// Without a connection there is nobody to ask; the next one compares again.
	behind := s.port.connected() && s.isBehind()
	to := protocol.ClientStreamStateLive
	if stays || unsettled || behind {
		to = protocol.ClientStreamStateSyncing
	}
	s.machine.move(input, to)
	if behind && !wasSyncing {
		s.port.counters.Gaps++
	}
	s.ask()
}

func (s *stream) isAsking() bool {
	return s.request.outstanding || s.port.timers.isSet(s.timer(timerSyncRetry))
}

// ask asks for what follows the own position, once everything at hand was delivered: asking earlier would
// bring the same events again, and a hanging handler would keep the server busy.
func (s *stream) ask() {
	if s.state() != protocol.ClientStreamStateSyncing || !s.port.connected() || s.isAsking() {
		return
	}
	if s.reach > s.last {
		return
	}
	if !s.isBehind() {
		s.wait(0) // an event closed the gap: nothing to ask for
		return
	}
	s.morePages = false
	s.request.asked(s.last, s.host.heartbeatsSent())
	s.port.counters.SyncsRequested++
	s.host.requestSync(s.position()) // SYNC-4
}

func (s *stream) settle() {
	s.request.settle()
	s.port.timers.clear(s.timer(timerSyncTimeout))
}

func (s *stream) wait(waitMs int64) {
	s.port.timers.set(s.timer(timerSyncRetry), s.port.now, waitMs)
}

// startReload waits for a handler that runs (STREAM-14).
func (s *stream) startReload() {
	current := s.reload.current
	if current == nil || s.reload.running() || s.busy != 0 {
		return
	}
	reloadID := s.host.nextReloadID()
	s.reload.started(reloadID)
	refresh := Refresh{
		Stream:      s.name,
		Epoch:       current.frame.Epoch,
		LastEventID: current.frame.LastEventID,
		Reason:      current.frame.Reason,
		Scope:       current.frame.Scope,
		Module:      s.module,
	}
	if refresh.Scope == nil {
		refresh.Scope = s.scope
	}
	if current.frame.Module != nil {
		refresh.Module = *current.frame.Module
	}
	s.port.counters.Refreshes++
	s.port.emit(ReloadEffect{ReloadID: reloadID, Refresh: refresh})
}

// adopt takes epoch and id together, once the application has reloaded (REFRESH-15 to REFRESH-19).
func (s *stream) adopt(done *reload, snapshotID int64) {
	base := done.frame.LastEventID
	if done.frame.Epoch == s.epoch && !done.lowers {
		base = max(s.last, base)
	}
	if done.frame.Epoch != s.epoch {
		s.kept.dropThrough(s.epoch, math.MaxInt64)
	}
	s.epoch = done.frame.Epoch
	s.last = max(base, snapshotID)
	s.kept.dropThrough(s.epoch, s.last)
	s.reach = s.kept.runFrom(s.epoch, s.last)
	position := s.position()
	s.port.emit(StorePositionEffect{Position: position})
	s.host.processed(position) // REFRESH-20
}

func (s *stream) timer(name timerName) timer { return timer{name, s.name} }
