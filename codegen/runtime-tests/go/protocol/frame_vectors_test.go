package protocol_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/latido/latido-go/protocol"
)

const framesFolder = "../../../../conformance/vectors/frames"

type frameVector struct {
	Name    string
	From    string
	Frame   string
	Verdict string
	Value   json.RawMessage
	Path    *string
}

// Every frame of the vectors is judged and decoded as the schemas say.
func TestEveryFrameIsJudgedAsTheSchemasJudgeIt(t *testing.T) {
	tried := 0
	for _, vector := range readFrameVectors(t) {
		tried++
		if problem := disagreement(vector); problem != "" {
			t.Errorf("%s: %s", vector.Name, problem)
		}
	}
	if tried < 2000 {
		t.Errorf("only %d frames were tried", tried)
	}
}

func readFrameVectors(t *testing.T) []frameVector {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(framesFolder, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []frameVector
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			vectors = append(vectors, parseFrameVector(t, lines.Bytes()))
		}
		if err := errors.Join(lines.Err(), file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return vectors
}

// parseFrameVector reads a line with this module's own reader where lone surrogates matter: the
// standard library would replace them.
func parseFrameVector(t *testing.T, line []byte) frameVector {
	t.Helper()
	var raw struct {
		Name, From, Verdict string
		Frame               json.RawMessage
		Value               json.RawMessage
		Path                *string
	}
	if err := json.Unmarshal(line, &raw); err != nil {
		t.Fatal(err)
	}
	frame, err := textOf(raw.Frame)
	if err != nil {
		t.Fatal(err)
	}
	return frameVector{raw.Name, raw.From, frame, raw.Verdict, raw.Value, raw.Path}
}

func disagreement(vector frameVector) string {
	frame, err := decodeFrom(vector.From, []byte(vector.Frame))
	_, unknown := frame.(*protocol.UnknownFrame)
	switch vector.Verdict {
	case "either":
		return ""
	case "unknown":
		if err != nil || !unknown {
			return fmt.Sprintf("was not unknown: %v", err)
		}
		return ""
	case "invalid":
		var refusal *protocol.DecodeError
		if !errors.As(err, &refusal) {
			return "was taken, and is invalid"
		}
		if vector.Path != nil && *vector.Path != refusal.Path {
			return fmt.Sprintf("has its fault at %q, not %q", *vector.Path, refusal.Path)
		}
		return ""
	}
	if err != nil || unknown {
		return fmt.Sprintf("was refused, and is valid: %v", err)
	}
	text, err := protocol.EncodeFrame(frame)
	if err != nil {
		return err.Error()
	}
	return difference(vector.Value, text)
}

func decodeFrom(sender string, text []byte) (protocol.Frame, error) {
	if sender == "server" {
		frame, err := protocol.DecodeServerFrame(text)
		return frame, err
	}
	frame, err := protocol.DecodeClientFrame(text)
	return frame, err
}
