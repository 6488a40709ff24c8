package protocol

import (
	"encoding/json"

	"github.com/latido/latido-go/internal/wire"
)

// Frame is one message of the WebSocket.
type Frame interface {
	// FrameType gives the value of the member type, for example CONNECT.
	FrameType() string

	writeFrame(w *wire.Writer)
}

// ServerFrame is a frame from server to client; the types of this package alone implement it.
type ServerFrame interface {
	Frame
	serverFrame()
}

// ClientFrame is a frame from client to server; the types of this package alone implement it.
type ClientFrame interface {
	Frame
	clientFrame()
}

// UnknownFrame is a frame of a type that this version does not know, of a newer peer: it is no error.
type UnknownFrame struct {
	// Type is the value of its member type.
	Type string

	// Raw is the whole frame as it came.
	Raw json.RawMessage
}

// FrameType gives the value of the member type.
func (m *UnknownFrame) FrameType() string { return m.Type }

func (m *UnknownFrame) writeFrame(w *wire.Writer) { w.Raw(m.Raw) }
func (m *UnknownFrame) serverFrame()              {}
func (m *UnknownFrame) clientFrame()              {}

// EncodeFrame writes a frame as compact JSON. It checks no bounds; the error is ErrNotJSON, where a
// raw member of the frame is not JSON.
func EncodeFrame(frame Frame) ([]byte, error) {
	var w wire.Writer
	frame.writeFrame(&w)
	return result(&w)
}
