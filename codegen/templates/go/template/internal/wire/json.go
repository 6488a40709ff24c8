// Package wire reads and writes JSON as the protocol has it: strictly, without loss, at any depth.
//
// It stands in for encoding/json, which matches the names of members without regard to case,
// replaces lone surrogates, and does not tell what is absent from what is null.
package wire

import (
	"bytes"
	"unicode/utf8"
)

// Value is one JSON value: a part of a text that was found to be JSON.
type Value struct {
	text []byte
}

// Member is one member of an object.
type Member struct {
	name []byte
	// Value is what stands behind the name.
	Value Value
}

// Name gives the name without escapes.
func (m Member) Name() string { return string(m.name) }

// Parse takes a whole text as one JSON value, or says that it is none. The value keeps the text.
func Parse(text []byte) (Value, bool) {
	if !utf8.Valid(text) || !isJSON(text) {
		return Value{}, false
	}
	return Value{bytes.Trim(text, space)}, true
}

// Text gives the JSON text of the value, which shares memory with the text that was parsed.
func (v Value) Text() []byte { return v.text }

// Members gives the members of an object in their order, doubles included; false for other values.
func (v Value) Members() ([]Member, bool) {
	if v.text[0] != '{' {
		return nil, false
	}
	var members []Member
	for at := skipSpace(v.text, 1); v.text[at] != '}'; at = nextItem(v.text, at) {
		end := endOfText(v.text, at)
		name := v.text[at+1 : end-1]
		if bytes.IndexByte(name, '\\') >= 0 {
			name = []byte(unescape(name))
		}
		// Behind the name stand the colon and the value.
		at = skipSpace(v.text, skipSpace(v.text, end)+1)
		end = endOfValue(v.text, at)
		members = append(members, Member{name, Value{v.text[at:end]}})
		at = end
	}
	return members, true
}

// Items gives the items of an array; false for other values.
func (v Value) Items() ([]Value, bool) {
	if v.text[0] != '[' {
		return nil, false
	}
	var items []Value
	for at := skipSpace(v.text, 1); v.text[at] != ']'; at = nextItem(v.text, at) {
		end := endOfValue(v.text, at)
		items = append(items, Value{v.text[at:end]})
		at = end
	}
	return items, true
}

// String gives a text without escapes; false for other values. A lone surrogate, which UTF-8 does
// not have, is kept as the three bytes that its number would take.
func (v Value) String() (string, bool) {
	if v.text[0] != '"' {
		return "", false
	}
	inner := v.text[1 : len(v.text)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner), true
	}
	return unescape(inner), true
}

// Bool gives a boolean; false in the second place for other values.
func (v Value) Bool() (value, ok bool) {
	first := v.text[0]
	return first == 't', first == 't' || first == 'f'
}

// number gives the text of a number.
func (v Value) number() (string, bool) {
	first := v.text[0]
	return string(v.text), first == '-' || isDigit(first)
}

// nextItem stands behind an item, and goes to the next one or to the end of its holder.
func nextItem(text []byte, at int) int {
	at = skipSpace(text, at)
	if text[at] == ',' {
		at = skipSpace(text, at+1)
	}
	return at
}

// endOfValue finds the end of a value in a text that is JSON.
func endOfValue(text []byte, at int) int {
	depth := 0
	for at < len(text) {
		switch text[at] {
		case '"':
			at = endOfText(text, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		case ',', ':', ' ', '\t', '\n', '\r':
			at++
		default:
			at = endOfWord(text, at)
		}
		if depth == 0 {
			break
		}
	}
	return at
}

// endOfText finds the end of a text that begins with its quote.
func endOfText(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// endOfWord finds the end of a number, true, false or null.
func endOfWord(text []byte, at int) int {
	for at < len(text) && (text[at] >= '+' && text[at] != ',' && text[at] != ':') &&
		text[at] != ']' && text[at] != '}' {
		at++
	}
	return at
}
