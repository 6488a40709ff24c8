package latido

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

var errNotUTF8 = errors.New("it holds text that is not UTF-8")

// compactJSON writes JSON with no escapes that it does not need: every byte counts against limits
// (FRAME-22). A json.RawMessage may hold text that no frame can carry, which is an error.
func compactJSON(value any) (json.RawMessage, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	if !utf8.Valid(text.Bytes()) {
		return nil, errNotUTF8
	}
	return withoutLineEscapes(bytes.TrimSuffix(text.Bytes(), []byte("\n"))), nil
}

// withoutLineEscapes undoes the escapes of U+2028 and U+2029, which encoding/json writes for JavaScript.
func withoutLineEscapes(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\u202`)) {
		return text
	}
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '\\':
			plain = append(plain, text[i])
		case bytes.HasPrefix(text[i:], []byte(`\u2028`)), bytes.HasPrefix(text[i:], []byte(`\u2029`)):
			plain = append(plain, 0xe2, 0x80, 0xa8+text[i+5]-'8')
			i += 5
		default: // the character behind a backslash belongs to it
			plain = append(plain, text[i], text[i+1])
			i++
		}
	}
	return plain
}
