package latido

import (
	"context"
	"sync"
	"time"

	"github.com/latido/latido-go/session"
)

// Handler takes an event. The next event of the same stream waits for its return, and only that; an error
// is told as a [session.HandlerFailedNotice] (STREAM-17). The context ends with the client.
//
// The event of a handler that fails because the client ends does not count as handled.
//
// A panic is no error: it is not recovered, and ends the program with its stack, as in any goroutine. A
// handler that would rather have it told recovers it and returns an error.
type Handler func(ctx context.Context, event Event) error

// ListenOption changes how a handler is called.
type ListenOption func(*listening)

type listening struct {
	throttle time.Duration
}

// Throttled calls the handler at most once in a while, with the latest event. It is not waited for:
// events count as handled when they arrive. Its errors are told as a [session.ListenerFailedNotice].
func Throttled(wait time.Duration) ListenOption {
	return func(l *listening) { l.throttle = wait }
}

// handler is one of the client's own kind, which may give an event up.
type handler func(ctx context.Context, event Event) (handled bool, err error)

// handlers are the application's, by the names of their events.
type handlers struct {
	mu     sync.Mutex
	byName map[string]*listeners[handler]
}

func (h *handlers) add(name string, call handler) (remove func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byName == nil {
		h.byName = make(map[string]*listeners[handler])
	}
	if h.byName[name] == nil {
		h.byName[name] = &listeners[handler]{}
	}
	return h.byName[name].add(call)
}

// of are those for an event, unless it is not what the contract says, and after them those for all.
func (h *handlers) of(name string, isValid bool) (calls []*listener[handler]) {
	h.mu.Lock()
	defer h.mu.Unlock()
	names := []string{AnyEvent}
	if isValid {
		names = []string{name, AnyEvent}
	}
	for _, each := range names {
		if h.byName[each] != nil {
			calls = append(calls, h.byName[each].all()...)
		}
	}
	return calls
}

func (h *handlers) clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.byName = nil
}

// deliver calls every handler of an event, one after the other. One that fails does not keep the event
// from the others.
func (c *Client) deliver(effect session.DeliverEffect) {
	event := eventOf(effect)
	handled := session.HandledInput{Stream: event.Stream, Epoch: event.Epoch, EventID: event.EventID}
	calls := c.handlers.of(event.Name, c.allows(event))
	if len(calls) == 0 {
		c.submit(handled)
		return
	}
	go func() {
		for _, each := range calls {
			done, err := each.call(c.life, event)
			if !done || err != nil && c.life.Err() != nil {
				return
			}
			if err != nil && handled.Problem == "" {
				handled.Problem = problemOf(err)
			}
		}
		c.submit(handled)
	}()
}

// problemOf is never empty.
func problemOf(err error) string {
	if problem := err.Error(); problem != "" {
		return problem
	}
	return "failed without a reason"
}
