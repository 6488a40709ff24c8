// Package wire_test tries the JSON of the protocol: read as JSON.parse reads it, at any depth.
package wire_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/latido/latido-go/internal/wire"
)

func TestReads(t *testing.T) {
	for _, text := range []string{
		" \t\r\n{\"a\":[1,-0,1.5e3,true,false,null]}\n",
		`{"a":1,"a":2}`,
		`["\u0041\ud83d\ude00\ud800\/\b\f\n\r\t\"\\"]`,
		"[]", "{}", "[[],{}]", `""`, "7", "1e400", "-0.0E+1", "[ ]", "{ }",
		strings.Repeat("9", 5000),
	} {
		if _, ok := wire.Parse([]byte(text)); !ok {
			t.Errorf("%.40q was refused", text)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "{", "}", "[1,]", `{"a":1,}`, "[,]", "{,}", "[1 2]", `{"a" 1}`, `{"a":}`, "{1:2}",
		"NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "-", "1e", "0x1", "१", "tru", "True",
		"'a'", `"a`, "\"\n\"", "\"\x00\"", `"\x"`, `"\u12"`, `"\`, `"\u`, "1 1", "{}{}", "[]]", "[}",
		"{]", `{"a":1]`, "\ufeff1", "1\u00a0", "\v1", "1 // one", `["\ud8"]`, `{"a","b"}`,
		`{"a":1 "b":2}`, ":", ",", "\"\xff\"", "\"\xed\xa0\x80\"",
	} {
		if _, ok := wire.Parse([]byte(text)); ok {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestReadsAnyDepth(t *testing.T) {
	const depth = 500_000
	for _, text := range []string{
		strings.Repeat("[", depth) + strings.Repeat("]", depth),
		strings.Repeat(`{"a":[1,`, depth) + "2" + strings.Repeat("]}", depth),
	} {
		value, ok := wire.Parse([]byte(text))
		if !ok {
			t.Fatalf("%.20q… was refused", text)
		}
		var w wire.Writer
		w.Raw(value.Text())
		if written, err := w.Result(); err != nil || string(written) != text {
			t.Errorf("%.20q… was not written as it was read: %v", text, err)
		}
	}
	if _, ok := wire.Parse([]byte(strings.Repeat("[", depth))); ok {
		t.Error("a text without an end was taken")
	}
}

func TestTheLastOfMembersWithOneNameCounts(t *testing.T) {
	value, _ := wire.Parse([]byte(`{"a":1,"\u0061":"x"}`))
	var r wire.Reader
	members := r.Object(value, "a")
	v, ok := r.Enter(members, "a")
	if text := r.Text(v, 0, 5, nil); !ok || text != "x" {
		t.Errorf("a was %q", text)
	}
}

func TestNamesKeepTheirCase(t *testing.T) {
	value, _ := wire.Parse([]byte(`{"Stream":1}`))
	var r wire.Reader
	r.Object(value, "stream")
	if r.Fault() == nil {
		t.Error("Stream was taken for stream")
	}
}

func TestTextsAreReadAndWrittenWithoutLoss(t *testing.T) {
	for text, written := range map[string]string{
		`"\u00e9\/\ud83d\ude00"`:       `"é/😀"`,
		`"\ud800"`:                     `"\ud800"`,
		`"\ude00\ud83d"`:               `"\ude00\ud83d"`,
		`"\ud83d\u0041"`:               `"\ud83dA"`,
		`"<\u2028&>"`:                  "\"<\u2028&>\"",
		`"\u0000\u001f\u007f\n\"\\\t"`: "\"\\u0000\\u001f\x7f\\n\\\"\\\\\\t\"",
	} {
		value, ok := wire.Parse([]byte(text))
		if !ok {
			t.Fatalf("%s was refused", text)
		}
		inner, _ := value.String()
		var w wire.Writer
		w.Text(inner)
		if given, _ := w.Result(); string(given) != written {
			t.Errorf("%s was written as %s, not %s", text, given, written)
		}
	}
}

func TestLengthsAreCodePoints(t *testing.T) {
	for text, length := range map[string]int{`"é"`: 1, `"😀"`: 1, `"\ud83d\ude00"`: 1, `"\ud800"`: 1, `"e\u0301"`: 2} {
		value, _ := wire.Parse([]byte(text))
		var r wire.Reader
		r.Text(value, length, length, nil)
		if fault := r.Fault(); fault != nil {
			t.Errorf("%s: %s", text, fault.Problem)
		}
	}
}

func TestAnIntegerIsWhatJSONSchemaTakesForOne(t *testing.T) {
	for text, wanted := range map[string]int64{
		"1": 1, "1.0": 1, "1e0": 1, "-0": 0, "-0.0": 0, "10e-1": 1, "9007199254740991": 1<<53 - 1,
	} {
		value, _ := wire.Parse([]byte(text))
		var r wire.Reader
		if given := r.Integer(value, 0, 1<<53-1); r.Fault() != nil || given != wanted {
			t.Errorf("%s became %d", text, given)
		}
	}
	for text, problem := range map[string]string{
		"9007199254740992": "the value must be at most 9007199254740991",
		"1e300":            "the value must be at most 9007199254740991",
		"-1":               "the value must be at least 0",
		"0.5":              "the value must be an integer",
		"1e400":            "the value must be an integer",
		"true":             "the value must be an integer",
		`"1"`:              "the value must be an integer",
		"null":             "the value must be an integer",
	} {
		value, _ := wire.Parse([]byte(text))
		var r wire.Reader
		r.Integer(value, 0, 1<<53-1)
		if fault := r.Fault(); fault == nil || fault.Problem != problem {
			t.Errorf("%s: %v, not %s", text, fault, problem)
		}
	}
}

func TestAPatternMatchesWholeTexts(t *testing.T) {
	pattern := wire.NewPattern("^[a-z]+$")
	for text, matches := range map[string]bool{`"ab"`: true, `"ab\n"`: false, `"a b"`: false, `"à"`: false} {
		value, _ := wire.Parse([]byte(text))
		var r wire.Reader
		r.Text(value, 0, 9, pattern)
		if (r.Fault() == nil) != matches {
			t.Errorf("%s: %v", text, r.Fault())
		}
	}
}

func TestAPathThatTheSenderWroteAtLengthIsNotTold(t *testing.T) {
	name := strings.Repeat("k", 600)
	value, _ := wire.Parse([]byte(`{"` + name + `":7}`))
	var r wire.Reader
	wire.Map(&r, value, 0, 9, nil, func(r *wire.Reader, v wire.Value) bool { return r.Bool(v) })
	if fault := r.Fault(); fault == nil || strings.Contains(fault.Path+fault.Problem, "kkk") {
		t.Errorf("%v", fault)
	}
}

func TestMembersOfAMapAreCountedOnce(t *testing.T) {
	value, _ := wire.Parse([]byte(`{"a":true,"a":false}`))
	var r wire.Reader
	given := wire.Map(&r, value, 1, 1, nil, func(r *wire.Reader, v wire.Value) bool { return r.Bool(v) })
	if r.Fault() != nil || len(given) != 1 || given["a"] {
		t.Errorf("%v, %v", given, r.Fault())
	}
}

func TestRawValuesAreWrittenCompactOrRefused(t *testing.T) {
	var w wire.Writer
	w.Raw([]byte(" { \"a b\" : [ 1 , \"\\\" \" ] }\n"))
	if text, err := w.Result(); err != nil || string(text) != `{"a b":[1,"\" "]}` {
		t.Errorf("%s, %v", text, err)
	}
	w.Raw([]byte("{"))
	if _, err := w.Result(); !errors.Is(err, wire.ErrNotJSON) {
		t.Errorf("%v", err)
	}
}
