package latido

import (
	"context"

	"github.com/latido/latido-go/session"
)

// perform does what the session wants of the application; on the driver's loop only.
func (c *Client) perform(effect session.Effect) {
	switch effect := effect.(type) {
	case session.DeliverEffect:
		c.told.do(func() { c.deliver(effect) })
	case session.ReloadEffect:
		c.told.do(func() { c.reload(effect) })
	case session.RequestTokenEffect:
		c.askForToken(effect.RequestID)
	case session.StorePositionEffect:
		c.positions.write(effect.Position)
	case session.StoreMessageEffect:
		c.outbox.save(effect.Message, func(err error) {
			stored := session.MessageStoredInput{MessageID: effect.Message.MessageID}
			if err != nil {
				stored.Problem = problemOf(err)
			}
			c.submit(stored)
		})
	case session.ForgetMessageEffect:
		c.outbox.remove(effect.MessageID)
	case session.SettleEffect:
		c.settle(effect.MessageID, effect.Result)
	case session.RefuseEffect:
		var closed error
		if err := c.closed.Load(); err != nil {
			closed = err
		}
		c.sendings.settle(effect.MessageID, SendResult{}, refusalError(effect.Refusal, closed))
	case StateChange:
		c.changed(effect)
	case Notice:
		c.notify(effect)
	case PresenceChange:
		tell(c, &c.presence, effect)
	case session.TraceEffect: // part of the step
	}
}

// changed takes a change of the state before the listeners are told.
func (c *Client) changed(change StateChange) {
	c.state.Store(change.State)
	switch change.State {
	case Connected:
		c.answerConnect(nil)
	case Closed:
		closed := &ClosedError{Code: change.Code, Reason: change.Reason}
		c.closed.Store(closed)
		c.answerConnect(closed)
	}
	tell(c, &c.states, change)
}

func (c *Client) answerConnect(err error) {
	for _, waiting := range c.waiting {
		waiting <- err
	}
	c.waiting = nil
}

func (c *Client) settle(messageID string, result SendResult) {
	known := c.sendings.settle(messageID, result, nil)
	tell(c, &c.results, Result{MessageID: messageID, SendResult: result, Earlier: !known})
}

// askForToken ends the question before: the attempt that asked is over.
func (c *Client) askForToken(requestID int64) {
	if c.forgetToken != nil {
		c.forgetToken()
	}
	ctx, cancel := context.WithCancel(c.life)
	c.forgetToken = cancel
	go func() {
		defer cancel()
		c.requestToken(ctx, requestID)
	}()
}

func (c *Client) requestToken(ctx context.Context, requestID int64) {
	token, err := c.config.tokenProvider(ctx)
	if err == nil && !visible.MatchString(token) {
		err = usageError("the token %s", tokenRule)
	}
	if err != nil {
		c.submit(session.TokenFailedInput{RequestID: requestID, Problem: problemOf(err)})
		return
	}
	c.submit(session.TokenInput{RequestID: requestID, Token: token})
}

func (c *Client) trace(step Step) {
	if len(c.traces.all()) > 0 {
		tell(c, &c.traces, step.WithoutTokens())
	}
}
