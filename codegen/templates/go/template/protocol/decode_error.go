package protocol

import (
	"bytes"
	"errors"

	"github.com/latido/latido-go/internal/wire"
)

// ErrNotJSON is what a DecodeError wraps where the text is not JSON at all.
var ErrNotJSON = errors.New("protocol: the text is not JSON")

// DecodeError says why a text was refused: which member and which bound, and never the value.
type DecodeError struct {
	// Path is the JSON pointer to the member at fault; empty for the value itself.
	Path string

	// Problem is one sentence that names the member and the bound.
	Problem string

	cause error
}

// Error gives the problem.
func (e *DecodeError) Error() string { return "protocol: " + e.Problem }

// Unwrap gives ErrNotJSON where the text is not JSON, and nil where only a bound is broken.
func (e *DecodeError) Unwrap() error { return e.cause }

// reading reads a value of a type; faults stay with the reader.
type reading[T any] func(*wire.Reader, wire.Value) T

// decode reads a whole text as a value of a type.
func decode[T any](data []byte, read reading[T]) (*T, error) {
	v, ok := wire.Parse(data)
	if !ok {
		return nil, notJSON()
	}
	var r wire.Reader
	value := read(&r, v)
	if fault := r.Fault(); fault != nil {
		return nil, refusal(fault)
	}
	return &value, nil
}

func decodeInto[T any](data []byte, into *T, read reading[T]) error {
	value, err := decode(data, read)
	if err == nil {
		*into = *value
	}
	return err
}

// openFrame parses a frame and gives its type.
func openFrame(data []byte) (v wire.Value, name string, err error) {
	v, ok := wire.Parse(data)
	if !ok {
		return v, "", notJSON()
	}
	members, ok := v.Members()
	if !ok {
		return v, "", &DecodeError{Problem: "the frame must be an object"}
	}
	for _, member := range members {
		if member.Name() != "type" {
			continue
		}
		// Of members with the same name the last counts.
		if name, ok = member.Value.String(); ok {
			err = nil
		} else {
			err = &DecodeError{Path: "/type", Problem: "type must be a string"}
		}
	}
	if name == "" && err == nil && !hasMember(members, "type") {
		err = &DecodeError{Problem: "the frame lacks the member type"}
	}
	return v, name, err
}

func hasMember(members []wire.Member, name string) bool {
	for _, member := range members {
		if member.Name() == name {
			return true
		}
	}
	return false
}

func unknownFrame(name string, v wire.Value) *UnknownFrame {
	return &UnknownFrame{Type: name, Raw: bytes.Clone(v.Text())}
}

func notJSON() error {
	return &DecodeError{Problem: "the text is not JSON", cause: ErrNotJSON}
}

func refusal(fault *wire.Fault) error {
	return &DecodeError{Path: fault.Path, Problem: fault.Problem}
}

// result gives what a writer wrote.
func result(w *wire.Writer) ([]byte, error) {
	text, err := w.Result()
	if err != nil {
		return nil, ErrNotJSON
	}
	return text, nil
}

// encode writes a value of a type.
func encode[T any](value *T, write func(*wire.Writer, *T)) ([]byte, error) {
	var w wire.Writer
	write(&w, value)
	return result(&w)
}
