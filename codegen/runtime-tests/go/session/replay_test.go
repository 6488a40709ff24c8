package session_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// trace is one session of one world.
type trace struct {
	Name     string        `json:"name"`
	Settings traceSettings `json:"settings"`
	steps    []traceStep
}

type traceSettings struct {
	UserID       string            `json:"userId"`
	DeviceID     string            `json:"deviceId"`
	FirstAttempt int64             `json:"firstAttempt"`
	HeartbeatMs  int64             `json:"heartbeatMs"`
	StartFrom    session.StartFrom `json:"startFrom"`
	Tokens       struct {
		Kind  string `json:"kind"`
		Token string `json:"token"`
	} `json:"tokens"`
	Positions        []protocol.StreamPosition `json:"positions"`
	Messages         []session.StoredMessage   `json:"messages"`
	PersistentOutbox bool                      `json:"persistentOutbox"`
	ConnectTimeoutMs int64                     `json:"connectTimeoutMs"`
	OutboxMessages   int                       `json:"outboxMessages"`
	KeptEvents       int                       `json:"keptEvents"`
}

type traceStep struct {
	N        int              `json:"n"`
	Now      int64            `json:"now"`
	Input    json.RawMessage  `json:"input"`
	Chances  []float64        `json:"chances"`
	Effects  []map[string]any `json:"effects"`
	Deadline int64            `json:"deadline"`
}

func readTraces(t *testing.T, path string) (traces []*trace) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var line map[string]json.RawMessage
		decode(t, lines.Bytes(), &line)
		switch {
		case line["settings"] != nil:
			var head trace
			decode(t, lines.Bytes(), &head)
			traces = append(traces, &head)
		case line["input"] != nil:
			var step traceStep
			decode(t, lines.Bytes(), &step)
			last := traces[len(traces)-1]
			last.steps = append(last.steps, step)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return traces
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// replay gives every input of a trace to a session. It answers the first difference, and notes the rows
// of the lifecycle tables that were taken.
func (tr *trace) replay(walked map[row]bool) (difference string) {
	var chances []float64
	drawn := 0
	draw := func() float64 {
		drawn++
		if drawn > len(chances) {
			return 0
		}
		return chances[drawn-1]
	}
	moved := func(m session.Move) { walked[row{m.Machine, m.From, m.Input, m.To}] = true }
	s := session.New(tr.Settings.settings(), draw, moved)
	n := 0
	defer func() {
		if reason := recover(); reason != nil {
			difference = fmt.Sprintf("%s, n %d: panics: %v", tr.Name, n, reason)
		}
	}()
	for _, step := range tr.steps {
		n = step.N
		chances, drawn = step.Chances, 0
		input, err := inputOf(step.Input)
		if err != nil {
			return fmt.Sprintf("%s, n %d: %v", tr.Name, step.N, err)
		}
		if difference := step.compare(s.Step(input, step.Now)); difference != "" {
			return fmt.Sprintf("%s, n %d (%s): %s", tr.Name, step.N, input.Kind(), difference)
		}
		if drawn != len(chances) {
			return fmt.Sprintf("%s, n %d (%s): draws %d chances, %d were wanted",
				tr.Name, step.N, input.Kind(), drawn, len(chances))
		}
	}
	return ""
}

func (told traceSettings) settings() session.Settings {
	return session.Settings{
		UserID:           told.UserID,
		DeviceID:         told.DeviceID,
		FirstAttempt:     told.FirstAttempt,
		HeartbeatMs:      told.HeartbeatMs,
		StartFrom:        told.StartFrom,
		Token:            told.Tokens.Token,
		HasTokenProvider: told.Tokens.Kind == "provider",
		Positions:        told.Positions,
		Messages:         told.Messages,
		PersistentOutbox: told.PersistentOutbox,
		ConnectTimeoutMs: told.ConnectTimeoutMs,
		OutboxMessages:   told.OutboxMessages,
		KeptEvents:       told.KeptEvents,
	}
}

var inputs = []session.Input{
	session.ConnectInput{}, session.SuspendInput{}, session.ResumeInput{}, session.DisconnectInput{},
	session.SignalInput{}, session.SendInput{}, session.MessageStoredInput{}, session.SetPresenceInput{},
	session.OpenedInput{}, session.FrameInput{}, session.EndedInput{}, session.TokenInput{},
	session.TokenFailedInput{}, session.HandledInput{}, session.ReloadedInput{}, session.ReloadFailedInput{},
	session.TickInput{},
}

func inputOf(text json.RawMessage) (session.Input, error) {
	var tag struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(text, &tag); err != nil {
		return nil, err
	}
	for _, each := range inputs {
		if each.Kind() != tag.Type {
			continue
		}
		value := reflect.New(reflect.TypeOf(each))
		err := json.Unmarshal(text, value.Interface())
		return value.Elem().Interface().(session.Input), err
	}
	return nil, fmt.Errorf("%s is no input", tag.Type)
}

// compare answers the first difference between what a step was and what it should be.
func (step *traceStep) compare(found session.Step) (difference string) {
	text, err := json.Marshal(found)
	if err != nil {
		return err.Error()
	}
	var told traceStep
	decoder := json.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&told); err != nil {
		return err.Error()
	}
	wanted := comparable(step.Effects, step.Now)
	if difference := firstDifference("effects", wanted, comparable(told.Effects, step.Now)); difference != "" {
		return difference
	}
	if told.Deadline != step.Deadline {
		return fmt.Sprintf("deadline is %d, %d was wanted", told.Deadline, step.Deadline)
	}
	return ""
}

// comparable takes out what does not count: notes, timestamps and words for people.
func comparable(effects []map[string]any, now int64) []any {
	compared := []any{}
	for _, effect := range effects {
		switch effect["type"] {
		case "trace":
			continue
		case "send":
			sentFrame(effect, now)
		case "deliver":
			delete(effect["event"].(map[string]any), "timestamp")
		case "close":
			hide(effect, "reason")
		case "state":
			hide(effect["state"].(map[string]any), "reason")
		case "notice":
			hide(effect["notice"].(map[string]any), "problem")
		}
		compared = append(compared, effect)
	}
	return compared
}

// sentFrame puts the frame in place of its text, without its time, which must be that of the input.
func sentFrame(effect map[string]any, now int64) {
	text, sent := effect["text"].(string)
	if !sent {
		return
	}
	delete(effect, "text")
	var frame map[string]any
	if err := json.Unmarshal([]byte(text), &frame); err != nil {
		effect["frame"] = err.Error()
		return
	}
	if frame["timestamp"] == time.UnixMilli(now).UTC().Format("2006-01-02T15:04:05.000Z") {
		delete(frame, "timestamp")
	}
	effect["frame"] = frame
}

func hide(members map[string]any, name string) {
	if _, found := members[name]; found {
		members[name] = "…"
	}
}

// firstDifference compares two JSON values; numbers count by their value.
func firstDifference(path string, wanted, found any) string {
	switch wanted := wanted.(type) {
	case map[string]any:
		if found, ok := found.(map[string]any); ok {
			return differentMember(path, wanted, found)
		}
	case []any:
		if found, ok := found.([]any); ok {
			return differentElement(path, wanted, found)
		}
	}
	if reflect.DeepEqual(wanted, found) {
		return ""
	}
	return fmt.Sprintf("%s is %s, %s was wanted", path, toJSON(found), toJSON(wanted))
}

func differentMember(path string, wanted, found map[string]any) string {
	for name, value := range wanted {
		other, there := found[name]
		if !there {
			return fmt.Sprintf("%s/%s is missing, %s was wanted", path, name, toJSON(value))
		}
		if difference := firstDifference(path+"/"+name, value, other); difference != "" {
			return difference
		}
	}
	for name, value := range found {
		if _, there := wanted[name]; !there {
			return fmt.Sprintf("%s/%s is %s, nothing was wanted", path, name, toJSON(value))
		}
	}
	return ""
}

func differentElement(path string, wanted, found []any) string {
	for i := range min(len(wanted), len(found)) {
		if difference := firstDifference(fmt.Sprintf("%s/%d", path, i), wanted[i], found[i]); difference != "" {
			return difference
		}
	}
	if len(wanted) == len(found) {
		return ""
	}
	longer := wanted
	if len(found) > len(wanted) {
		longer = found
	}
	extra := toJSON(longer[min(len(wanted), len(found))])
	return fmt.Sprintf("%s has %d items, %d were wanted; first: %s", path, len(found), len(wanted), extra)
}

func toJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
