package session

import (
	"cmp"
	"slices"
)

// timerName names a wait of a client.
type timerName string

const (
	timerAck               timerName = "ack"
	timerBackoff           timerName = "backoff"
	timerCircuitRest       timerName = "circuitRest"
	timerConnectTimeout    timerName = "connectTimeout"
	timerHeartbeat         timerName = "heartbeat"
	timerHeartbeatDeadline timerName = "heartbeatDeadline"
	timerOutboxWindow      timerName = "outboxWindow"
	timerPresenceTimeout   timerName = "presenceTimeout"
	timerReloadRetry       timerName = "reloadRetry"
	timerStable            timerName = "stable"
	timerSyncRetry         timerName = "syncRetry"
	timerSyncTimeout       timerName = "syncTimeout"
	timerTokenRefresh      timerName = "tokenRefresh"
	timerTokenTimeout      timerName = "tokenTimeout"
)

// timer tells waits apart. The subject is the stream or group that a wait belongs to; it is empty for the
// connection's own.
type timer struct {
	name    timerName
	subject string
}

// wait is when a timer fires. The order rises with every set, so that equal instants fire in the order in
// which they were set.
type wait struct {
	at, order int64
}

// maxWaitMs is the longest wait that every platform's timers keep, about 24.8 days (FRAME-6).
const maxWaitMs = 1<<31 - 1

// timers are waits as data: there is no clock here, the session is told the time.
type timers struct {
	waits map[timer]wait
	order int64
}

func newTimers() *timers { return &timers{waits: make(map[timer]wait)} }

// set replaces a wait by one of waitMs from now, clamped to 0 … 2^31-1.
func (t *timers) set(what timer, now, waitMs int64) {
	t.order++
	t.waits[what] = wait{at: now + clampWait(waitMs), order: t.order}
}

func (t *timers) clear(what timer) { delete(t.waits, what) }

func (t *timers) clearAll() { clear(t.waits) }

func (t *timers) isSet(what timer) bool {
	_, found := t.waits[what]
	return found
}

// deadline is when the earliest wait is over; not ok when nothing waits.
func (t *timers) deadline() (at int64, ok bool) {
	for _, each := range t.waits {
		if !ok || each.at < at {
			at, ok = each.at, true
		}
	}
	return at, ok
}

// fire performs every wait that is over at now, earliest first. One that an earlier one cleared or moved
// does not fire; one that is set meanwhile waits for the next tick.
func (t *timers) fire(now int64, perform func(what timer, at int64)) {
	type dueTimer struct {
		what timer
		wait wait
	}
	var due []dueTimer
	for what, each := range t.waits {
		if each.at <= now {
			due = append(due, dueTimer{what, each})
		}
	}
	slices.SortFunc(due, func(a, b dueTimer) int {
		return cmp.Or(cmp.Compare(a.wait.at, b.wait.at), cmp.Compare(a.wait.order, b.wait.order))
	})
	for _, each := range due {
		if t.waits[each.what] != each.wait {
			continue
		}
		delete(t.waits, each.what)
		perform(each.what, each.wait.at)
	}
}

// clampWait keeps a wait between 0 and 2^31-1 ms.
func clampWait(waitMs int64) int64 { return min(max(waitMs, 0), maxWaitMs) }
