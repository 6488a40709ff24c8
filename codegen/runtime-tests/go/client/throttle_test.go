package client_test

import (
	"context"
	"sync"
	"testing"
	"time"

	latido "github.com/latido/latido-go"
)

// stillClock stands still; its alarms ring when they are told to.
type stillClock struct {
	mu     sync.Mutex
	alarms map[time.Duration]func()
}

func (c *stillClock) Now() time.Time { return time.UnixMilli(1_750_000_000_000) }

func (c *stillClock) AfterFunc(wait time.Duration, ring func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alarms[wait] = ring
	return func() {}
}

func (c *stillClock) ring(wait time.Duration) {
	c.mu.Lock()
	ring := c.alarms[wait]
	c.mu.Unlock()
	ring()
}

func TestAThrottledHandlerGetsTheFirstAndTheLatest(t *testing.T) {
	const wait = 7 * time.Second
	s := newServer()
	clock := &stillClock{alarms: make(map[time.Duration]func())}
	client := newClient(t, s, latido.WithClock(clock))
	throttled, all := make(chan int64, 10), make(chan int64, 10)
	client.On("tick", func(_ context.Context, event latido.Event) error {
		throttled <- event.EventID
		return nil
	}, latido.Throttled(wait))
	client.On(latido.AnyEvent, func(_ context.Context, event latido.Event) error {
		all <- event.EventID
		return nil
	})
	mustConnect(t, client)
	for id := range 3 {
		s.event(id+1, "tick")
		next(t, all)
	}
	if id := next(t, throttled); id != 1 {
		t.Errorf("the first call had %d", id)
	}
	clock.ring(wait)
	if id := next(t, throttled); id != 3 {
		t.Errorf("the call after the wait had %d", id)
	}
	clock.ring(wait)
	select {
	case id := <-throttled:
		t.Errorf("%d was told again", id)
	default:
	}
}
