package session

import "github.com/latido/latido-go/protocol"

// streams are those of the session, and those that it had before.
type streams struct {
	port      *port
	settings  *Settings
	acks      *acks
	heartbeat *heartbeat
	byName    *ordered[*stream]
	// legacies are positions from the store, and of streams that were removed.
	legacies map[string]legacy
	// wanted are positions for the next REQUEST_SYNC: one frame for all that an input makes due.
	wanted  []protocol.StreamPosition
	reloads int64
}

func newStreams(port *port, settings *Settings, acks *acks, heartbeat *heartbeat) *streams {
	s := &streams{
		port:      port,
		settings:  settings,
		acks:      acks,
		heartbeat: heartbeat,
		byName:    newOrdered[*stream](),
		legacies:  make(map[string]legacy),
	}
	for _, position := range settings.Positions {
		s.legacies[position.Stream] = legacy{position: position}
	}
	return s
}

// keptEvents counts those of all streams.
func (s *streams) keptEvents() (sum int) {
	for _, stream := range s.byName.all() {
		sum += stream.kept.size
	}
	return sum
}

// areCurrent: every stream has caught up or was refreshed.
func (s *streams) areCurrent() bool {
	for _, stream := range s.byName.all() {
		if !stream.isCurrent() {
			return false
		}
	}
	return true
}

// connected takes the set of streams of a new connection.
func (s *streams) connected(heads []protocol.StreamHead) {
	s.replace(heads, func(*stream) streamInput { return protocol.ClientStreamInputConnected })
}

// refreshed replaces the set on the present connection (AUTH-14).
func (s *streams) refreshed(heads []protocol.StreamHead) {
	s.replace(heads, func(stream *stream) streamInput {
		if stream.state() == protocol.ClientStreamStateForbidden {
			return protocol.ClientStreamInputConnected
		}
		return protocol.ClientStreamInputHead
	})
}

// heartbeatAcknowledged takes heads that were not delivered, and the sign that later requests may be
// timed.
func (s *streams) heartbeatAcknowledged(places []protocol.StreamPosition, count int64) {
	for _, place := range places {
		s.at(place.Stream, protocol.ClientStreamInputHead, func(stream *stream) { stream.seePlace(place) })
	}
	for _, stream := range s.byName.all() {
		stream.heartbeatAcknowledged(count)
	}
}

func (s *streams) event(frame *protocol.EventFrame) {
	s.at(frame.Stream, protocol.ClientStreamInputEvent, func(stream *stream) { stream.event(frame) })
}

func (s *streams) page(frame *protocol.SyncFrame) {
	s.at(frame.Stream, protocol.ClientStreamInputPage, func(stream *stream) { stream.page(frame) })
}

func (s *streams) refresh(frame *protocol.FullRefreshFrame) {
	s.at(frame.Stream, protocol.ClientStreamInputRefresh, func(stream *stream) { stream.refresh(frame) })
}

// refused takes an ERROR that names a stream.
func (s *streams) refused(name string, frame *protocol.ErrorFrame) {
	var input streamInput
	switch frame.Code {
	case protocol.ErrorCodeForbiddenStream:
		input = protocol.ClientStreamInputErrorForbiddenStream
	case protocol.ErrorCodeInternal, protocol.ErrorCodeUpstreamUnavailable:
		input = protocol.ClientStreamInputErrorRetryable
	default:
		return
	}
	var retryAfterMs int64
	if frame.RetryAfterMs != nil {
		retryAfterMs = clampWait(*frame.RetryAfterMs)
	}
	s.at(name, input, func(stream *stream) { stream.refused(input, retryAfterMs) })
}

func (s *streams) reloaded(input ReloadedInput) {
	s.at(input.Stream, protocol.ClientStreamInputReloadEnded, func(stream *stream) {
		stream.reloaded(input.ReloadID, input.LastEventID)
	})
}

func (s *streams) reloadFailed(input ReloadFailedInput) {
	s.at(input.Stream, protocol.ClientStreamInputReloadFailed, func(stream *stream) {
		stream.reloadFailed(input.ReloadID, input.Problem)
	})
}

func (s *streams) handled(input HandledInput) {
	if input.Problem != "" { // STREAM-17
		s.port.emit(HandlerFailedNotice{Stream: input.Stream, EventID: input.EventID, Problem: input.Problem})
	}
	if stream, found := s.byName.get(input.Stream); found {
		stream.handled(input.Epoch, input.EventID)
		return
	}
	before := s.legacies[input.Stream]
	if before.busy != input.EventID || before.position.Epoch != input.Epoch {
		return
	}
	// the stream was removed while the handler ran: what was processed is stored all the same
	s.legacies[input.Stream] = legacy{position: before.position}
	s.port.emit(StorePositionEffect{Position: before.position})
}

// tick takes a wait of a stream that is over.
func (s *streams) tick(what timer) {
	switch what.name {
	case timerSyncTimeout:
		s.at(what.subject, protocol.ClientStreamInputTickSyncTimeout, (*stream).requestRanOut)
	case timerSyncRetry:
		s.at(what.subject, protocol.ClientStreamInputTickSyncRetry, (*stream).waitIsOver)
	case timerReloadRetry:
		s.at(what.subject, protocol.ClientStreamInputTickReloadRetry, (*stream).reloadAgain)
	}
}

// close: the client is over (LIB-2).
func (s *streams) close() {
	for _, stream := range s.byName.all() {
		stream.close()
	}
}

func (s *streams) connectionLost() {
	s.wanted = nil
	for _, stream := range s.byName.all() {
		stream.connectionLost()
	}
}

// flush sends what this input made due, split under maxFrameBytes (ACK-10).
func (s *streams) flush() {
	if len(s.wanted) == 0 {
		return
	}
	wanted := s.wanted
	s.wanted = nil
	frame := protocol.RequestSyncFrame{Timestamp: s.port.timestamp(), Streams: []protocol.StreamPosition{}}
	for _, positions := range splitPositions(wanted, &frame, s.port.announced.limits.MaxFrameBytes) {
		s.port.send(&protocol.RequestSyncFrame{Timestamp: frame.Timestamp, Streams: positions})
	}
}

// The streams ask this of those around them.

func (s *streams) heartbeatsSent() int64 { return s.heartbeat.sent }

func (s *streams) requestSync(position protocol.StreamPosition) {
	s.wanted = append(s.wanted, position)
}

func (s *streams) processed(position protocol.StreamPosition) { s.acks.add(position) }

func (s *streams) unanswered() {
	s.port.connection.giveUp(
		protocol.ClientConnectionInputEnded,
		protocol.CloseHeartbeatTimeout,
		"requests for missed events stay unanswered",
	)
}

func (s *streams) nextReloadID() int64 {
	s.reloads++
	return s.reloads
}

func (s *streams) replace(heads []protocol.StreamHead, inputOf func(*stream) streamInput) {
	listed := make(map[string]bool, len(heads))
	for _, head := range heads {
		listed[head.Stream] = true
	}
	for name, stream := range s.byName.all() {
		if !listed[name] {
			s.remove(stream)
		}
	}
	for i := range heads {
		head := &heads[i]
		stream, found := s.byName.get(head.Stream)
		if !found {
			stream = s.create(head)
		}
		input := inputOf(stream)
		s.take(stream, input, func() { stream.seeHead(input, head) })
	}
}

func (s *streams) create(head *protocol.StreamHead) *stream {
	before, found := s.legacies[head.Stream]
	if !found {
		before = legacy{position: firstPosition(head, s.settings.StartFrom)}
		s.port.emit(StorePositionEffect{Position: before.position}) // POS-3
	}
	delete(s.legacies, head.Stream)
	stream := newStream(head.Stream, s.port, s, before, s.settings.KeptEvents)
	s.byName.set(head.Stream, stream)
	return stream
}

func (s *streams) remove(stream *stream) {
	stream.removed()
	s.acks.removed(stream.name)
	s.byName.remove(stream.name)
	s.legacies[stream.name] = stream.legacy()
}

// at gives an input to the stream of a name.
func (s *streams) at(name string, input streamInput, act func(*stream)) {
	stream, found := s.byName.get(name)
	if !found {
		s.port.trace("%s ignored: not a stream of the session", input) // STREAM-12
		return
	}
	s.take(stream, input, func() { act(stream) })
}

func (s *streams) take(stream *stream, input streamInput, act func()) {
	if !stream.machine.accepts(input) {
		s.port.trace("stream %s ignored while %s", input, stream.state())
		return
	}
	act()
}
