// Package session_test holds the session to the recorded traces (conformance/vectors/README.md).
package session_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

const traceFolder = "../../../../conformance/vectors/session"

// row is a row of a lifecycle table.
type row struct{ machine, from, input, to string }

func traceFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(traceFolder, "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no traces in %s: %v", traceFolder, err)
	}
	return files
}

func TestSessionDoesWhatTheTracesSay(t *testing.T) {
	walked := make(map[row]bool)
	replayed := 0
	for _, file := range traceFiles(t) {
		for _, trace := range readTraces(t, file) {
			if difference := trace.replay(walked); difference != "" {
				t.Error(difference)
			}
			replayed++
		}
	}
	if replayed < 200 {
		t.Errorf("%d traces were replayed, at least 200 are wanted", replayed)
	}
	if t.Failed() {
		return
	}
	listed := listedRows()
	for missing := range listed {
		if !walked[missing] {
			t.Errorf("LIB-15: no trace takes the row %v", missing)
		}
	}
	for taken := range walked {
		if !listed[taken] {
			t.Errorf("LIB-15: %v is in no table", taken)
		}
	}
}

func listedRows() map[row]bool {
	rows := make(map[row]bool)
	addRows(rows, "clientConnection", protocol.ClientConnection)
	addRows(rows, "clientStream", protocol.ClientStream)
	return rows
}

func addRows[State, Input ~string](rows map[row]bool, name string, table *protocol.Machine[State, Input]) {
	for _, from := range table.States() {
		for _, input := range table.Inputs() {
			for _, move := range table.Moves(from, input) {
				rows[row{name, string(from), string(input), string(move.To)}] = true
			}
		}
	}
}

func TestADifferenceNamesTheTraceAndThePlace(t *testing.T) {
	spoil := map[string]func(step *traceStep) bool{
		"deadline": func(step *traceStep) bool {
			step.Deadline++
			return step.Deadline > 1
		},
		"chance": func(step *traceStep) bool {
			step.Chances = append([]float64{0.123}, step.Chances...)
			return len(step.Chances) > 1
		},
		"code": func(step *traceStep) bool {
			return changeMember(step.Effects, "close", "code", 4999.0)
		},
		"what makes it panic": func(step *traceStep) bool {
			return changeMember(step.Effects, "deliver", "event", "no event")
		},
		"frame": func(step *traceStep) bool {
			return changeMember(step.Effects, "send", "frame", map[string]any{"type": "OTHER"})
		},
	}
	for _, what := range slices.Sorted(maps.Keys(spoil)) {
		t.Run(what, func(t *testing.T) {
			trace := spoiltTrace(t, spoil[what])
			difference := trace.replay(make(map[row]bool))
			if !strings.Contains(difference, trace.Name) {
				t.Errorf("the replay of a spoilt trace tells %q", difference)
			}
		})
	}
}

// spoiltTrace is the first trace that a change changes.
func spoiltTrace(t *testing.T, change func(*traceStep) bool) *trace {
	t.Helper()
	for _, file := range traceFiles(t) {
		for _, trace := range readTraces(t, file) {
			for i := range trace.steps {
				if change(&trace.steps[i]) {
					return trace
				}
			}
		}
	}
	t.Fatal("no trace can be spoilt so")
	return nil
}

func changeMember(effects []map[string]any, kind, member string, value any) bool {
	for _, effect := range effects {
		if effect["type"] == kind {
			effect[member] = value
			return true
		}
	}
	return false
}

func TestSettingsAreCopied(t *testing.T) {
	settings := session.Settings{UserID: "u", DeviceID: "d", StartFrom: session.Latest, FirstAttempt: 1}
	s := session.New(settings, func() float64 { return 0 }, nil)
	settings.UserID = "other"
	for _, effect := range s.Handle(session.ConnectInput{}, 1) {
		if open, ok := effect.(session.OpenEffect); ok && open.UserID != "u" {
			t.Errorf("dials as %s", open.UserID)
		}
	}
}
