package session

import "github.com/latido/latido-go/protocol"

// syncRequest is the one request that a stream may have outstanding, and what past answers say about the
// next.
type syncRequest struct {
	from        int64
	outstanding bool
	// heartbeatsBefore were sent before the request: only a later one's acknowledgement starts its time.
	heartbeatsBefore       int64
	timed                  bool
	timeouts, errors, idle int
}

func (r *syncRequest) asked(fromEventID, heartbeatsSent int64) {
	r.from, r.outstanding = fromEventID, true
	r.heartbeatsBefore = heartbeatsSent
	r.timed = false
}

// isAnsweredFrom: a SYNC from elsewhere answers something else (SYNC-11).
func (r *syncRequest) isAnsweredFrom(fromEventID int64) bool {
	return r.outstanding && r.from == fromEventID
}

// settle takes any answer: nothing is outstanding, and the count of requests without an answer begins
// anew.
func (r *syncRequest) settle() {
	r.outstanding = false
	r.timeouts = 0
}

// startsTiming tells whether this acknowledgement starts the request's time, which happens once
// (SYNC-16).
func (r *syncRequest) startsTiming(heartbeatsAcknowledged int64) bool {
	if !r.outstanding || r.timed {
		return false
	}
	r.timed = heartbeatsAcknowledged > r.heartbeatsBefore
	return r.timed
}

// ranOut: the request's time is over. Tells whether that happened too often to ask again (SYNC-17).
func (r *syncRequest) ranOut() (tooOften bool) {
	r.outstanding = false
	r.timeouts++
	return int64(r.timeouts) >= protocol.DefaultSyncAttempts
}

// waitAfterError is how long to wait after an ERROR, in milliseconds (SYNC-22).
func (r *syncRequest) waitAfterError(retryAfterMs int64) int64 {
	waitMs := doubling(protocol.DefaultSyncRetryMs, r.errors, protocol.DefaultSyncRetryMaxMs)
	r.errors++
	return max(waitMs, retryAfterMs)
}

// waitAfterNothing is how long to wait after an answer without progress, in milliseconds (SYNC-32).
func (r *syncRequest) waitAfterNothing() int64 {
	waitMs := doubling(protocol.DefaultSyncIdleMs, r.idle, protocol.DefaultSyncIdleMaxMs)
	r.idle++
	return waitMs
}

// noError: an answer came that was no ERROR.
func (r *syncRequest) noError() { r.errors = 0 }

// progressed: an answer brought what was missing.
func (r *syncRequest) progressed() { r.idle = 0 }

// reset: a new connection starts from nothing (SYNC-10).
func (r *syncRequest) reset() {
	r.settle()
	r.errors = 0
	r.idle = 0
}
