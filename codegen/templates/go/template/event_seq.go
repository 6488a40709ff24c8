package latido

import (
	"context"
	"iter"
)

// offer is an event that waits for a loop.
type offer struct {
	event Event
	// handled is closed when the loop is done with it.
	handled chan struct{}
}

// handTo counts the event as handled also where the loop is left by a panic, which the program may recover
// further out: the stream goes on for the other handlers.
func (o offer) handTo(yield func(Event) bool) (goesOn bool) {
	defer close(o.handled)
	return yield(o.event)
}

// Events are those of a name, or all for [AnyEvent], for one range loop. It listens from the call on: an
// event counts as handled when the loop asks for the next one or ends, so a slow loop holds up the event's
// stream and loses nothing. Leaving the loop, the end of the context or Disconnect end it.
//
// It panics where the name is malformed.
func (c *Client) Events(ctx context.Context, name string) iter.Seq[Event] {
	ctx, leave := context.WithCancel(ctx)
	offers := make(chan offer)
	remove := c.on(name, func(life context.Context, event Event) (bool, error) {
		each := offer{event, make(chan struct{})}
		select {
		case offers <- each:
		case <-ctx.Done():
			return true, nil
		case <-life.Done():
			return false, nil // it was not handed out
		}
		select {
		case <-each.handled:
			return true, nil
		case <-life.Done():
			return false, nil
		}
	})
	forget := context.AfterFunc(c.life, leave)
	end := func() {
		forget() // a client that lives long must not keep what every loop left
		leave()
		remove()
	}
	context.AfterFunc(ctx, end)
	return func(yield func(Event) bool) {
		defer end()
		for {
			select {
			case each := <-offers:
				if !each.handTo(yield) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}
