package latido

import (
	"sync"
	"time"
)

// Clock is time as a client needs it. Tests pass a virtual one.
type Clock interface {
	// Now tells the time. It never goes back.
	Now() time.Time
	// AfterFunc calls once after a wait, on any goroutine. Stop forgets the call; one that has begun goes
	// on.
	AfterFunc(wait time.Duration, call func()) (stop func())
}

// clockRounding is what the two clocks of the platform may differ by.
const clockRounding = 20 * time.Millisecond

// readFirst lets what the socket has already received come before a timer that is due: a process that
// stalled must not drop a live peer.
const readFirst = time.Millisecond

// systemClock is the platform's time. It follows the monotonic clock, and the wall clock where that jumps
// forwards, so that a sleep counts and a clock that is set back does not.
type systemClock struct {
	mu     sync.Mutex
	begin  time.Time
	jumped time.Duration
	// lead is how far the wall clock is before the monotonic one since the beginning.
	lead time.Duration
}

func newSystemClock() *systemClock { return &systemClock{begin: time.Now()} }

// Now implements [Clock].
func (c *systemClock) Now() time.Time {
	now := time.Now()
	elapsed := now.Sub(c.begin)
	wall := now.Round(0).Sub(c.begin.Round(0))
	c.mu.Lock()
	defer c.mu.Unlock()
	jump := wall - elapsed - c.lead
	if jump > clockRounding || jump < -clockRounding {
		c.lead += jump
		c.jumped += max(jump, 0)
	}
	return c.begin.Round(0).Add(elapsed + c.jumped)
}

// AfterFunc implements [Clock].
func (c *systemClock) AfterFunc(wait time.Duration, call func()) (stop func()) {
	timer := time.AfterFunc(max(wait, 0)+readFirst, call)
	return func() { timer.Stop() }
}
