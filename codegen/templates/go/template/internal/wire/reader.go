package wire

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// longestPath is how many bytes of a path are told; a longer one is the sender's own text.
const longestPath = 512

// Fault says where a value breaks its schema, and which bound.
type Fault struct {
	// Path is the JSON pointer to the member at fault; empty for the value itself.
	Path string
	// Problem is one sentence that names the member and the bound, and never the value.
	Problem string
}

// Reader reads values of a schema and keeps the first fault; behind it, it reads nothing more.
type Reader struct {
	path  []step
	fault *Fault
}

type step struct {
	name  string
	index int
}

// Fault gives the first fault, or nil.
func (r *Reader) Fault() *Fault { return r.fault }

func (r *Reader) fail(problem string) {
	if r.fault != nil {
		return
	}
	path := r.pointer()
	name := "the value"
	if path != "" {
		name = strings.ReplaceAll(path[1:], "/", ".")
	}
	r.fault = &Fault{Path: path, Problem: name + " " + problem}
}

func (r *Reader) pointer() string {
	var path strings.Builder
	for _, step := range r.path {
		path.WriteByte('/')
		if step.name == "" && step.index >= 0 {
			path.WriteString(strconv.Itoa(step.index))
			continue
		}
		path.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(step.name))
	}
	if path.Len() > longestPath {
		return ""
	}
	return path.String()
}

// Object reads an object that must have these members.
func (r *Reader) Object(v Value, required ...string) []Member {
	members, ok := v.Members()
	if !ok {
		r.fail("must be an object")
		return nil
	}
	for _, name := range required {
		if _, ok := find(members, name); !ok {
			r.fail("lacks the member " + name)
		}
	}
	return members
}

// Closed refuses members other than these.
func (r *Reader) Closed(members []Member, known ...string) {
	for _, member := range members {
		if !contains(known, member.Name()) {
			r.fail("has a member that is not described")
			return
		}
	}
}

// Counted refuses an object with too few or too many members.
func (r *Reader) Counted(members []Member, least, most int) {
	r.count(len(distinct(members)), least, most, "member")
}

// Enter goes to a member, where it is there and nothing was wrong before; Leave comes back.
func (r *Reader) Enter(members []Member, name string) (Value, bool) {
	if r.fault != nil {
		return Value{}, false
	}
	v, ok := find(members, name)
	if ok {
		r.path = append(r.path, step{name, -1})
	}
	return v, ok
}

// Leave comes back from a member.
func (r *Reader) Leave() { r.path = r.path[:len(r.path)-1] }

// Any reads any value and keeps its text.
func (r *Reader) Any(v Value) []byte { return bytes.Clone(v.text) }

// Literal reads the one text that is allowed.
func (r *Reader) Literal(v Value, only string) string {
	if text, ok := v.String(); !ok || text != only {
		r.fail("must be " + strconv.Quote(only))
	}
	return only
}

// LiteralBool reads the one boolean that is allowed.
func (r *Reader) LiteralBool(v Value, only bool) bool {
	if value, ok := v.Bool(); !ok || value != only {
		r.fail("must be " + strconv.FormatBool(only))
	}
	return only
}

// Bool reads a boolean.
func (r *Reader) Bool(v Value) bool {
	value, ok := v.Bool()
	if !ok {
		r.fail("must be a boolean")
	}
	return value
}

// Integer reads an integer within bounds, both inclusive. 1.0 and 1e0 are the integer 1.
func (r *Reader) Integer(v Value, least, most int64) int64 {
	text, ok := v.number()
	if !ok {
		r.fail("must be an integer")
		return 0
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number != math.Trunc(number) {
		r.fail("must be an integer")
		return 0
	}
	if number > float64(most) {
		r.fail("must be at most " + strconv.FormatInt(most, 10))
		return 0
	}
	if number < float64(least) {
		r.fail("must be at least " + strconv.FormatInt(least, 10))
		return 0
	}
	return int64(number)
}

// Number reads a number within bounds, both inclusive.
func (r *Reader) Number(v Value, least, most float64) float64 {
	text, ok := v.number()
	number, err := strconv.ParseFloat(text, 64)
	switch {
	case !ok || err != nil:
		r.fail("must be a number")
	case number > most:
		r.fail("must be at most " + strconv.FormatFloat(most, 'g', -1, 64))
	case number < least:
		r.fail("must be at least " + strconv.FormatFloat(least, 'g', -1, 64))
	default:
		return number
	}
	return 0
}

// Text reads a text with so many characters that matches a pattern, where there is one.
func (r *Reader) Text(v Value, least, most int, pattern *Pattern) string {
	text, ok := v.String()
	if !ok {
		r.fail("must be a string")
		return ""
	}
	if least > 0 || most < math.MaxInt {
		r.count(codePoints(text), least, most, "character")
	}
	if pattern != nil && !pattern.whole.MatchString(text) {
		r.fail("must match " + pattern.shown)
	}
	return text
}

// OneOf reads one of some texts.
func (r *Reader) OneOf(v Value, values ...string) string {
	text, ok := v.String()
	if !ok || !contains(values, text) {
		r.fail("must be one of " + strings.Join(values, ", "))
	}
	return text
}

// Pattern is a pattern that a whole text must match.
type Pattern struct {
	shown string
	whole *regexp.Regexp
}

// NewPattern makes a pattern of an expression between ^ and $.
func NewPattern(expression string) *Pattern {
	inner := expression[1 : len(expression)-1]
	return &Pattern{shown: expression, whole: regexp.MustCompile(`\A(?:` + inner + `)\z`)}
}

// List reads an array with so many items.
func List[T any](r *Reader, v Value, least, most int, read func(*Reader, Value) T) []T {
	items, ok := v.Items()
	if !ok {
		r.fail("must be an array")
		return nil
	}
	r.count(len(items), least, most, "item")
	list := make([]T, 0, len(items))
	for index, item := range items {
		if r.fault != nil {
			break
		}
		r.path = append(r.path, step{"", index})
		list = append(list, read(r, item))
		r.Leave()
	}
	return list
}

// Map reads an object whose names are data, with so many members.
func Map[T any](
	r *Reader, v Value, least, most int, name func(*Reader, Value) string, read func(*Reader, Value) T,
) map[string]T {
	members, ok := v.Members()
	if !ok {
		r.fail("must be an object")
		return nil
	}
	members = distinct(members)
	r.count(len(members), least, most, "member")
	for _, member := range members {
		if name != nil && !allows(name, member.Name()) {
			r.fail("has a member with a name that is not allowed")
		}
	}
	values := make(map[string]T, len(members))
	for _, member := range members {
		if r.fault != nil {
			break
		}
		r.path = append(r.path, step{member.Name(), -1})
		values[member.Name()] = read(r, member.Value)
		r.Leave()
	}
	return values
}

// Some gives a pointer to a value that is present.
func Some[T any](value T) *T { return &value }

func allows(check func(*Reader, Value) string, name string) bool {
	var w Writer
	w.Text(name)
	var r Reader
	check(&r, Value{w.text})
	return r.fault == nil
}

func (r *Reader) count(count, least, most int, noun string) {
	if count > most {
		r.fail("must have at most " + counted(most, noun))
	}
	if count < least {
		r.fail("must have at least " + counted(least, noun))
	}
}

func counted(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}

// find gives the last member of a name, as JSON.parse does.
func find(members []Member, name string) (Value, bool) {
	for at := len(members) - 1; at >= 0; at-- {
		if string(members[at].name) == name {
			return members[at].Value, true
		}
	}
	return Value{}, false
}

// distinct keeps of members with the same name the last.
func distinct(members []Member) []Member {
	last := make(map[string]int, len(members))
	for at, member := range members {
		last[member.Name()] = at
	}
	if len(last) == len(members) {
		return members
	}
	kept := make([]Member, 0, len(last))
	for at, member := range members {
		if last[member.Name()] == at {
			kept = append(kept, member)
		}
	}
	return kept
}

func contains(texts []string, wanted string) bool {
	for _, text := range texts {
		if text == wanted {
			return true
		}
	}
	return false
}
