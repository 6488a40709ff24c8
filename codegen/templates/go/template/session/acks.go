package session

import "github.com/latido/latido-go/protocol"

// acks are what was processed and not yet acknowledged. An ACK means processed: its handler has finished.
type acks struct {
	port *port
	// processed is the position of each stream, acknowledged or not.
	processed map[string]protocol.StreamPosition
	// due are the streams whose position the server does not know yet.
	due *ordered[struct{}]
	// pending counts processed events since the last ACK.
	pending int64
}

var ackTimer = timer{name: timerAck}

func newAcks(port *port, stored []protocol.StreamPosition) *acks {
	a := &acks{port: port, processed: make(map[string]protocol.StreamPosition), due: newOrdered[struct{}]()}
	for _, position := range stored {
		a.processed[position.Stream] = position
	}
	return a
}

// add takes what a handler has finished, and nothing else (ACK-1).
func (a *acks) add(position protocol.StreamPosition) {
	a.processed[position.Stream] = position
	a.due.set(position.Stream, struct{}{})
	a.pending++
	if !a.port.connected() {
		return // the next CONNECT tells what the server lacks
	}
	if !a.port.timers.isSet(ackTimer) {
		a.port.timers.set(ackTimer, a.port.now, a.port.announced.ack.MaxDelayMs) // ACK-2
	}
}

// compare: a stream list tells what the server knows; send what it lacks (ACK-9).
func (a *acks) compare(heads []protocol.StreamHead) {
	for _, head := range heads {
		var acked int64
		if head.AckedEventID != nil {
			acked = *head.AckedEventID
		}
		position, found := a.processed[head.Stream]
		if found && position.Epoch == head.Epoch && position.LastEventID > acked {
			a.due.set(head.Stream, struct{}{})
		} else {
			a.due.remove(head.Stream)
		}
	}
	if a.due.len() > 0 {
		a.flush()
	}
}

// removed: a stream that is no longer the session's is not acknowledged.
func (a *acks) removed(stream string) { a.due.remove(stream) }

// isFull tells that enough is pending that it should not wait (ACK-3).
func (a *acks) isFull() bool {
	return a.port.connected() && a.pending >= a.port.announced.ack.MaxPending
}

// flush sends everything that is due, cumulative by stream (ACK-4).
func (a *acks) flush() {
	a.port.timers.clear(ackTimer)
	a.pending = 0
	if !a.port.connected() {
		return
	}
	var positions []protocol.StreamPosition
	for stream := range a.due.all() {
		if position, found := a.processed[stream]; found {
			positions = append(positions, position)
		}
	}
	a.due.clear()
	frame := protocol.AckFrame{Timestamp: a.port.timestamp(), Streams: []protocol.StreamPosition{}}
	for _, streams := range splitPositions(positions, &frame, a.port.announced.limits.MaxFrameBytes) {
		a.port.send(&protocol.AckFrame{Timestamp: frame.Timestamp, Streams: streams})
	}
}

func (a *acks) connectionLost() {
	a.port.timers.clear(ackTimer)
	a.pending = 0
}
