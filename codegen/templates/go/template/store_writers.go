package latido

import (
	"context"
	"slices"
	"sync"
)

// positionWriter writes positions one call at a time; those that change meanwhile go together into the
// next.
type positionWriter struct {
	store  PositionStore
	failed func(error)
	calls  serial
	mu     sync.Mutex
	// changed are positions that no call has taken yet.
	changed []StreamPosition
}

func (w *positionWriter) write(position StreamPosition) {
	w.mu.Lock()
	isFirst := len(w.changed) == 0
	w.changed = merged(w.changed, []StreamPosition{position})
	w.mu.Unlock()
	if isFirst {
		w.calls.do(w.save)
	}
}

func (w *positionWriter) save() {
	w.mu.Lock()
	changed := slices.Clone(w.changed)
	w.changed = nil
	w.mu.Unlock()
	if err := w.store.SavePositions(context.Background(), changed); err != nil {
		w.failed(err)
	}
}

// flush waits until everything given so far is written, or has failed.
func (w *positionWriter) flush() { w.calls.wait(func() {}) }

// outboxWriter writes an outbox in order, and tells when a message is safe.
type outboxWriter struct {
	store  OutboxStore
	failed func(error)
	calls  serial
}

func (w *outboxWriter) save(message StoredMessage, stored func(error)) {
	w.calls.do(func() {
		err := w.store.SaveMessage(context.Background(), message)
		if err != nil {
			w.failed(err)
		}
		stored(err)
	})
}

func (w *outboxWriter) remove(messageID string) {
	w.calls.do(func() {
		if err := w.store.RemoveMessage(context.Background(), messageID); err != nil {
			w.failed(err)
		}
	})
}

// flush waits until everything given so far is written, or has failed.
func (w *outboxWriter) flush() { w.calls.wait(func() {}) }
