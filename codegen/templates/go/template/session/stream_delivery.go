package session

import "github.com/latido/latido-go/protocol"

// Delivery: each event once, in order, one handler at a time.

func (s *stream) event(frame *protocol.EventFrame) {
	s.apply(frame)
	s.deliver()
	s.look(protocol.ClientStreamInputEvent)
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
