package latido

import (
	"context"
	"encoding/json"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// Send sends a message, now or when there is a connection, and waits for what becomes of it. It keeps its
// place and its id over reconnects. The event is 1 to 128 of the characters A-Z a-z 0-9 _ . : -, the payload
// any JSON value within the limits that the server announces (FRAME-22).
//
// The error tells of a message that was never on its way: [Sending.Wait] lists them. It is that of the
// context where this ends first; then the message goes on.
func (c *Client) Send(ctx context.Context, event string, payload any, options ...SendOption) (SendResult, error) {
	sending, err := c.SendAsync(event, payload, options...)
	if err != nil {
		return SendResult{}, err
	}
	return sending.Wait(ctx)
}

// SendAsync does the same and does not wait. Messages are sent in the order of the calls. The error is a
// [*UsageError] or a [*ClosedError].
func (c *Client) SendAsync(event string, payload any, options ...SendOption) (*Sending, error) {
	if closed := c.closed.Load(); closed != nil {
		return nil, closed
	}
	if !safeID.MatchString(event) {
		return nil, usageError("the name of the event %s", idRule)
	}
	text, err := compactJSON(payload)
	if err != nil {
		return nil, usageError("the payload must be a JSON value: %v", err)
	}
	if err := contractEvents.checkSend(event, text); err != nil {
		return nil, err
	}
	input := session.SendInput{MessageID: newUUID(), Event: event, Payload: text}
	for _, option := range options {
		option(&input)
	}
	if !uuid.MatchString(input.MessageID) {
		return nil, usageError("the message id must be a UUID of 36 characters")
	}
	sending, err := c.sendings.add(input.MessageID)
	if err != nil {
		return nil, err
	}
	c.submit(input)
	return sending, nil
}

// SetPresence shows a status to the others, now and after every reconnect (PRES-22). The metadata may be
// nil, and takes at most 4096 bytes of JSON. The error is a [*UsageError].
func (c *Client) SetPresence(status OwnStatus, metadata map[string]any) error {
	if status != Online && status != Away && status != Busy {
		return usageError("the status must be Online, Away or Busy")
	}
	input := session.SetPresenceInput{Status: status}
	if metadata != nil {
		text, err := compactJSON(metadata)
		if err != nil {
			return usageError("the metadata must be JSON values: %v", err)
		}
		if len(text) > protocol.DefaultPresenceMetadataBytes {
			return usageError("the metadata takes %d bytes of JSON, at most %d are allowed",
				len(text), protocol.DefaultPresenceMetadataBytes)
		}
		if err := json.Unmarshal(text, &input.Metadata); err != nil {
			return usageError("the metadata must be JSON values: %v", err)
		}
	}
	c.submit(input)
	return nil
}
