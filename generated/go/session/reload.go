package session

import "github.com/latido/latido-go/protocol"

// reload is a FULL_REFRESH that the application carries out.
type reload struct {
	frame *protocol.FullRefreshFrame
	// lowers: the position may become lower. This refresh, or one that it replaced, was for
	// position_ahead.
	lowers bool
}

// reloadQueue is the reload of one stream: the one that runs, and the one that comes next (REFRESH-13).
type reloadQueue struct {
	current, next *reload
	// runningID is that of the reload that the application was asked for and has not answered, 0 for none.
	runningID int64
	failures  int
}

// add takes a refresh, and tells whether it is the first, which may start.
func (q *reloadQueue) add(frame *protocol.FullRefreshFrame) (first bool) {
	lowers := frame.Reason == protocol.RefreshReasonPositionAhead
	if q.current == nil {
		q.current = &reload{frame, lowers}
		return true
	}
	q.next = &reload{frame, lowers || q.next.passesOnTo(frame)}
	return false
}

func (q *reloadQueue) started(reloadID int64) { q.runningID = reloadID }

func (q *reloadQueue) running() bool { return q.runningID != 0 }

// isRunning: a late answer of another reload has no effect.
func (q *reloadQueue) isRunning(reloadID int64) bool {
	return q.running() && q.runningID == reloadID
}

// ended: the running reload has ended well. Answers what comes next, if anything does.
func (q *reloadQueue) ended() *reload {
	q.runningID = 0
	q.failures = 0
	q.current, q.next = q.next, nil
	return q.current
}

// failed: the running reload has failed. Answers how long to wait, in milliseconds (REFRESH-22).
func (q *reloadQueue) failed(maxDelayMs int64) int64 {
	q.runningID = 0
	if next := q.next; next != nil {
		next.lowers = next.lowers || q.current.passesOnTo(next.frame)
		q.current, q.next = next, nil
	}
	waitMs := doubling(protocol.DefaultReloadRetryMs, q.failures, maxDelayMs)
	q.failures++
	return waitMs
}

func (q *reloadQueue) clear() { *q = reloadQueue{} }

// passesOnTo: a refresh that was never carried out passes its right to lower the position on, within its
// epoch.
func (r *reload) passesOnTo(frame *protocol.FullRefreshFrame) bool {
	return r != nil && r.lowers && r.frame.Epoch == frame.Epoch
}
