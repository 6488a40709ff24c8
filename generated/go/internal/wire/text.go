package wire

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape takes the escapes out of what stands between the quotes of a text.
func unescape(inner []byte) string {
	out := make([]byte, 0, len(inner))
	for at := 0; at < len(inner); {
		c := inner[at]
		if c != '\\' {
			out = append(out, c)
			at++
			continue
		}
		c = inner[at+1]
		at += 2
		switch c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			unit := codeUnit(inner[at:])
			at += 4
			if utf16.IsSurrogate(unit) && at+6 <= len(inner) && inner[at] == '\\' && inner[at+1] == 'u' {
				if whole := utf16.DecodeRune(unit, codeUnit(inner[at+2:])); whole != utf8.RuneError {
					unit = whole
					at += 6
				}
			}
			out = appendCodePoint(out, unit)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// codeUnit reads four hexadecimal digits.
func codeUnit(digits []byte) rune {
	unit, err := strconv.ParseUint(string(digits[:4]), 16, 16)
	if err != nil {
		panic("wire: the text was not checked")
	}
	return rune(unit)
}

// appendCodePoint writes a code point in UTF-8; a surrogate, which has no place there, likewise.
func appendCodePoint(out []byte, point rune) []byte {
	if utf16.IsSurrogate(point) {
		return append(out, 0xE0|byte(point>>12), 0x80|byte(point>>6)&0xBF, 0x80|byte(point)&0xBF)
	}
	return utf8.AppendRune(out, point)
}

// surrogateAt tells whether three bytes are a surrogate as appendCodePoint writes it.
func surrogateAt(text string, at int) (rune, bool) {
	if at+3 > len(text) || text[at] != 0xED || text[at+1] < 0xA0 || text[at+1] > 0xBF ||
		text[at+2] < 0x80 || text[at+2] > 0xBF {
		return 0, false
	}
	return 0xD000 | rune(text[at+1]&0x3F)<<6 | rune(text[at+2]&0x3F), true
}

// codePoints counts the characters of a text; a lone surrogate is one of them.
func codePoints(text string) int {
	count := 0
	for at := range len(text) {
		if text[at]&0xC0 != 0x80 {
			count++
		}
	}
	return count
}
