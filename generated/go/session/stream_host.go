package session

import "github.com/latido/latido-go/protocol"

// streamHost is what a stream asks of those around it.
type streamHost interface {
	// heartbeatsSent counts those of this connection.
	heartbeatsSent() int64
	// requestSync puts the stream's position into the next REQUEST_SYNC.
	requestSync(position protocol.StreamPosition)
	// processed: everything up to this position is.
	processed(position protocol.StreamPosition)
	// unanswered: the server does not answer, so the connection is of no use (SYNC-17).
	unanswered()
	nextReloadID() int64
}

// legacy is what a stream that was removed leaves to the one that may come after it.
type legacy struct {
	position protocol.StreamPosition
	// busy is the event whose handler still runs, 0 for none.
	busy int64
}

// firstPosition is where a stream begins that has no position (POS-4, POS-5, POS-6).
func firstPosition(head *protocol.StreamHead, from StartFrom) protocol.StreamPosition {
	position := protocol.StreamPosition{Stream: head.Stream, Epoch: head.Epoch}
	switch {
	case from == Latest:
		position.LastEventID = head.LastEventID
	case from == Acked && head.AckedEventID != nil:
		position.LastEventID = *head.AckedEventID
	}
	return position
}
