package latido

import (
	"context"
	"sync"
	"time"
)

// throttle calls a handler at most once in a while. The first event is passed on at once; those that
// follow within the wait are replaced by the latest, which comes at its end.
type throttle struct {
	handler Handler
	wait    time.Duration
	clock   Clock
	failed  func(error)

	calls serial
	mu    sync.Mutex
	// latest is the event that waits.
	latest *Event
	// stop ends the wait; nil where none runs.
	stop func()
	over bool
}

func (t *throttle) offer(ctx context.Context, event Event) (handled bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.over:
	case t.stop != nil:
		t.latest = &event
	default:
		t.pass(ctx, event)
	}
	return true, nil
}

// pass begins a wait; under the lock only.
func (t *throttle) pass(ctx context.Context, event Event) {
	t.stop = t.clock.AfterFunc(t.wait, func() { t.waited(ctx) })
	t.calls.do(func() {
		if err := t.handler(ctx, event); err != nil && ctx.Err() == nil {
			t.failed(err)
		}
	})
}

func (t *throttle) waited(ctx context.Context) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stop = nil
	if event := t.latest; event != nil && !t.over {
		t.latest = nil
		t.pass(ctx, *event)
	}
}

// cancel forgets what waits.
func (t *throttle) cancel() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	t.latest = nil
	if t.stop != nil {
		t.stop()
		t.stop = nil
	}
}
