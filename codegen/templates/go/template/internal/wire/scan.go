package wire

const space = " \t\n\r"

// isJSON checks a text against the grammar of RFC 8259. It keeps the open brackets itself, so that
// no depth exhausts the stack.
func isJSON(text []byte) bool {
	s := scanner{text: text}
	if !s.value() {
		return false
	}
	for len(s.open) > 0 {
		s.skipSpace()
		closing := s.open[len(s.open)-1]
		switch {
		case s.take(closing):
			s.open = s.open[:len(s.open)-1]
		case !s.take(','):
			return false
		case closing == '}' && !s.name(), !s.value():
			return false
		}
	}
	s.skipSpace()
	return s.at == len(text)
}

type scanner struct {
	text []byte
	at   int
	// open holds what closes each bracket that is open.
	open []byte
}

// value takes a whole value, or the opening of one up to and including its first simple value.
func (s *scanner) value() bool {
	for {
		s.skipSpace()
		switch {
		case s.take('{'):
			s.skipSpace()
			if s.take('}') {
				return true
			}
			s.open = append(s.open, '}')
			if !s.name() {
				return false
			}
		case s.take('['):
			s.skipSpace()
			if s.take(']') {
				return true
			}
			s.open = append(s.open, ']')
		default:
			return s.simple()
		}
	}
}

// name takes the name of a member and the colon.
func (s *scanner) name() bool {
	s.skipSpace()
	if !s.string() {
		return false
	}
	s.skipSpace()
	return s.take(':')
}

func (s *scanner) simple() bool {
	if s.at == len(s.text) {
		return false
	}
	switch s.text[s.at] {
	case '"':
		return s.string()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		return s.number()
	}
}

func (s *scanner) string() bool {
	if !s.take('"') {
		return false
	}
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return true
		case c < ' ':
			return false
		case c == '\\':
			s.at++
			if !s.escape() {
				return false
			}
		default:
			s.at++
		}
	}
	return false
}

// escape takes what stands behind a backslash.
func (s *scanner) escape() bool {
	if s.at == len(s.text) {
		return false
	}
	c := s.text[s.at]
	s.at++
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			if s.at == len(s.text) || !isHex(s.text[s.at]) {
				return false
			}
			s.at++
		}
		return true
	}
	return false
}

func (s *scanner) number() bool {
	s.take('-')
	if !s.take('0') && !s.digits() {
		return false
	}
	if s.take('.') && !s.digits() {
		return false
	}
	if s.take('e') || s.take('E') {
		if !s.take('+') {
			s.take('-')
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.text) && isDigit(s.text[s.at]) {
		s.at++
	}
	return s.at > start
}

func (s *scanner) word(word string) bool {
	if len(s.text)-s.at < len(word) || string(s.text[s.at:s.at+len(word)]) != word {
		return false
	}
	s.at += len(word)
	return true
}

func (s *scanner) take(c byte) bool {
	if s.at == len(s.text) || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}

func (s *scanner) skipSpace() { s.at = skipSpace(s.text, s.at) }

func skipSpace(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
		at++
	}
	return at
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
