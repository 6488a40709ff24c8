package session

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/latido/latido-go/protocol"
)

// noTimestamp stands where a server gave no time that could be read.
const noTimestamp = `"unknown"`

// decodeFrame reads a text from the server. Whatever is wrong with it is data (FRAME-27).
func decodeFrame(text string) (protocol.ServerFrame, error) {
	frame, err := protocol.DecodeServerFrame([]byte(text))
	if err == nil {
		return frame, nil
	}
	patched, changed := withTimestamps([]byte(text))
	if !changed {
		return nil, err
	}
	return protocol.DecodeServerFrame(patched)
}

// withTimestamps puts in what is missing: a frame, or an event in it, is not refused for its timestamp
// (FRAME-3).
func withTimestamps(text json.RawMessage) (patched json.RawMessage, changed bool) {
	var frame map[string]json.RawMessage
	if json.Unmarshal(text, &frame) != nil || frame == nil {
		return text, false
	}
	var timestamp *string
	told := json.Unmarshal(frame["timestamp"], &timestamp) == nil && timestamp != nil &&
		len(*timestamp) >= 1 && utf8.RuneCountInString(*timestamp) <= 64
	if !told {
		frame["timestamp"] = json.RawMessage(noTimestamp)
		changed = true
	}
	var events []json.RawMessage
	if json.Unmarshal(frame["events"], &events) == nil {
		for i := range events {
			event, fixed := withTimestamps(events[i])
			if fixed {
				events[i] = event
				changed = true
			}
		}
		if changed && events != nil {
			frame["events"] = list(events)
		}
	}
	if !changed {
		return text, false
	}
	return object(frame), true
}

// object and list write what was read, member by member, without touching what is inside.

func object(members map[string]json.RawMessage) json.RawMessage {
	text := []byte{'{'}
	for name, value := range members {
		if len(text) > 1 {
			text = append(text, ',')
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			panic(err) // every text can be written
		}
		text = append(append(append(text, quoted...), ':'), value...)
	}
	return append(text, '}')
}

func list(values []json.RawMessage) json.RawMessage {
	text := []byte{'['}
	for i, value := range values {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, value...)
	}
	return append(text, ']')
}

// inputOf is the input of the connection's lifecycle table that a frame is.
func inputOf(frame protocol.ServerFrame) connectionInput {
	switch frame.(type) {
	case *protocol.ConnectFrame:
		return protocol.ClientConnectionInputFrameConnect
	case *protocol.ServerDisconnectFrame:
		return protocol.ClientConnectionInputFrameDisconnect
	case *protocol.ErrorFrame:
		return protocol.ClientConnectionInputFrameError
	case *protocol.TokenRefreshedFrame:
		return protocol.ClientConnectionInputFrameTokenRefreshed
	default:
		return protocol.ClientConnectionInputFrameOther
	}
}

// serverError is what the application is told of an ERROR.
func serverError(frame *protocol.ErrorFrame) ServerErrorNotice {
	told := ServerErrorNotice{
		Code:         frame.Code,
		Message:      frame.Message,
		Retryable:    frame.Retryable,
		RetryAfterMs: frame.RetryAfterMs,
	}
	if frame.MessageID != nil {
		told.MessageID = *frame.MessageID
	}
	if frame.Stream != nil {
		told.Stream = *frame.Stream
	}
	return told
}
