package session

import "github.com/latido/latido-go/protocol"

// Catching up: what is missing is asked for until nothing is.

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

func (s *stream) isBehind() bool {
	return s.morePages || s.known.isBeyond(s.epoch, s.reach)
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

func (s *stream) isAsking() bool {
	return s.request.outstanding || s.port.timers.isSet(s.timer(timerSyncRetry))
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

func (s *stream) settle() {
	s.request.settle()
	s.port.timers.clear(s.timer(timerSyncTimeout))
}

func (s *stream) wait(waitMs int64) {
	s.port.timers.set(s.timer(timerSyncRetry), s.port.now, waitMs)
}
