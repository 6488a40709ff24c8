package latido

import (
	"context"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// Result tells what became of a message.
type Result struct {
	MessageID string
	SendResult
	// Earlier tells of a message that an earlier process left in a persistent outbox.
	Earlier bool
}

// On calls a handler for every event of a name, or for all events for [AnyEvent]. The answer removes it;
// calling that again does nothing.
//
// It panics where the name is not 1 to 128 of the characters A-Z a-z 0-9 _ . : -, or a throttle not 1 ms
// to 2^31-1 ms.
func (c *Client) On(name string, call Handler, options ...ListenOption) (remove func()) {
	var how listening
	for _, option := range options {
		option(&how)
	}
	if how.throttle == 0 {
		return c.on(name, func(ctx context.Context, event Event) (bool, error) { return true, call(ctx, event) })
	}
	if !isWait(how.throttle) {
		panic(usageError("a throttle must be 1 to %d ms", protocol.DefaultMaxWaitMs))
	}
	throttled := &throttle{handler: call, wait: how.throttle, clock: c.config.clock, failed: func(err error) {
		c.notify(session.ListenerFailedNotice{Problem: problemOf(err)})
	}}
	forget := c.on(name, throttled.offer)
	outlive := context.AfterFunc(c.life, throttled.cancel)
	return func() {
		outlive()
		forget()
		throttled.cancel()
	}
}

func (c *Client) on(name string, call handler) (remove func()) {
	if name != AnyEvent && !safeID.MatchString(name) {
		panic(usageError("the name of an event %s", idRule))
	}
	return c.handlers.add(name, call)
}

// The listeners below are called one after the other, in the order of what happened, and apart from the
// session: one that waits holds up the others, but no heartbeat. They must not wait for Disconnect.

// OnState tells every change of the connection's state, with the delay of a coming attempt (LIB-5).
func (c *Client) OnState(call func(StateChange)) (remove func()) { return c.states.add(call) }

// OnNotice tells what a person or a log may want to know: reconnecting, recovered, refreshed, errors
// (LIB-8).
func (c *Client) OnNotice(call func(Notice)) (remove func()) { return c.notices.add(call) }

// OnPresence tells every change in the session's presence groups (LIB-16).
func (c *Client) OnPresence(call func(PresenceChange)) (remove func()) { return c.presence.add(call) }

// OnResult tells what became of every message, those included that an earlier process left in a
// persistent outbox.
func (c *Client) OnResult(call func(Result)) (remove func()) { return c.results.add(call) }

// OnTrace tells every input, its effects and the next deadline, without tokens (LIB-13).
func (c *Client) OnTrace(call func(Step)) (remove func()) { return c.traces.add(call) }

// OnFullRefresh is called when missed events cannot be given: reload the state behind the stream. Nothing
// of the stream is delivered until it returns. Where several are set, all are called, and the lowest id
// that all answer counts. Without any, the stream goes on after what was missed.
func (c *Client) OnFullRefresh(call ReloadHandler) (remove func()) { return c.reloads.add(call) }

// tell calls listeners after what was told before.
func tell[Value any](c *Client, to *listeners[func(Value)], value Value) {
	c.told.do(func() {
		for _, each := range to.all() {
			each.call(value)
		}
	})
}

func (c *Client) notify(notice Notice) { tell(c, &c.notices, notice) }
