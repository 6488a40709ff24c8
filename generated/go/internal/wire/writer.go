package wire

import (
	"errors"
	"math"
	"sort"
	"strconv"
	"unicode/utf8"
)

// ErrNotJSON says that a raw value to be written is not JSON.
var ErrNotJSON = errors.New("a raw value is not JSON")

// Writer writes compact JSON with no more escapes than JSON needs.
type Writer struct {
	text []byte
	err  error
}

// Result gives what was written, or ErrNotJSON.
func (w *Writer) Result() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	return w.text, nil
}

// Open writes an opening bracket.
func (w *Writer) Open(bracket byte) { w.text = append(w.text, bracket) }

// Close writes a closing bracket.
func (w *Writer) Close(bracket byte) { w.text = append(w.text, bracket) }

// Item parts an item from the one before it.
func (w *Writer) Item() {
	if last := w.text[len(w.text)-1]; last != '[' && last != '{' {
		w.text = append(w.text, ',')
	}
}

// Name writes the name of a member.
func (w *Writer) Name(name string) {
	w.Item()
	w.Text(name)
	w.text = append(w.text, ':')
}

// Bool writes a boolean.
func (w *Writer) Bool(value bool) { w.text = strconv.AppendBool(w.text, value) }

// Integer writes an integer.
func (w *Writer) Integer(value int64) { w.text = strconv.AppendInt(w.text, value, 10) }

// Number writes a number; one that JSON does not have becomes null.
func (w *Writer) Number(value float64) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		w.text = append(w.text, "null"...)
		return
	}
	w.text = strconv.AppendFloat(w.text, value, 'g', -1, 64)
}

// Raw writes a value that is JSON already, without the space between its parts; nil is null.
func (w *Writer) Raw(value []byte) {
	if value == nil {
		w.text = append(w.text, "null"...)
		return
	}
	if !utf8.Valid(value) || !isJSON(value) {
		w.err = ErrNotJSON
		return
	}
	for at := 0; at < len(value); {
		switch value[at] {
		case ' ', '\t', '\n', '\r':
			at++
		case '"':
			end := endOfText(value, at)
			w.text = append(w.text, value[at:end]...)
			at = end
		default:
			w.text = append(w.text, value[at])
			at++
		}
	}
}

const hexDigits = "0123456789abcdef"

// Text writes a text. What is neither UTF-8 nor a lone surrogate becomes U+FFFD.
func (w *Writer) Text(text string) {
	out := append(w.text, '"')
	for at := 0; at < len(text); {
		c := text[at]
		if c < utf8.RuneSelf {
			out = appendASCII(out, c)
			at++
			continue
		}
		if half, ok := surrogateAt(text, at); ok {
			out = append(out, '\\', 'u', 'd', hexDigits[half>>8&0xF], hexDigits[half>>4&0xF], hexDigits[half&0xF])
			at += 3
			continue
		}
		point, size := utf8.DecodeRuneInString(text[at:])
		out = utf8.AppendRune(out, point)
		at += size
	}
	w.text = append(out, '"')
}

func appendASCII(out []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(out, '\\', c)
	case c >= ' ':
		return append(out, c)
	case c == '\n':
		return append(out, '\\', 'n')
	case c == '\r':
		return append(out, '\\', 'r')
	case c == '\t':
		return append(out, '\\', 't')
	}
	return append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
}

// WriteMap writes an object whose names are data, in the order of its names.
func WriteMap[M ~map[string]V, V any](w *Writer, values M, write func(*Writer, V)) {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	w.Open('{')
	for _, name := range names {
		w.Name(name)
		write(w, values[name])
	}
	w.Close('}')
}
