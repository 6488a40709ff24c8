package protocol_test

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"unicode/utf16"
)

// A value of JSON for comparison: texts are code units, so that lone surrogates differ, and numbers
// are 64-bit floating point, which is all that JSON.parse keeps.
type (
	jsonText   string
	jsonObject map[string]any
)

// difference names the first place where two JSON values differ.
func difference(wanted, given []byte) string {
	a, err := parseForComparison(wanted)
	if err != nil {
		return err.Error()
	}
	b, err := parseForComparison(given)
	if err != nil {
		return err.Error()
	}
	return firstDifference(a, b, "")
}

func firstDifference(wanted, given any, path string) string {
	switch wanted := wanted.(type) {
	case jsonObject:
		other, ok := given.(jsonObject)
		if !ok {
			return path + " is no object"
		}
		for _, name := range namesOf(wanted, other) {
			a, inWanted := wanted[name]
			b, inGiven := other[name]
			if inWanted != inGiven {
				return path + "/" + name + " is in one of them only"
			}
			if found := firstDifference(a, b, path+"/"+name); found != "" {
				return found
			}
		}
		return ""
	case []any:
		other, ok := given.([]any)
		if !ok || len(wanted) != len(other) {
			return path + " is no array of the same length"
		}
		for at := range wanted {
			if found := firstDifference(wanted[at], other[at], path+"/"+strconv.Itoa(at)); found != "" {
				return found
			}
		}
		return ""
	}
	if wanted != given {
		return fmt.Sprintf("%s is %v, not %v", path, given, wanted)
	}
	return ""
}

func namesOf(objects ...jsonObject) []string {
	var names []string
	for _, object := range objects {
		for name := range object {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func parseForComparison(text []byte) (any, error) {
	var raw json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, fmt.Errorf("%.80q: %w", text, err)
	}
	switch raw[0] {
	case '{':
		var members map[string]json.RawMessage
		if err := json.Unmarshal(raw, &members); err != nil {
			return nil, err
		}
		object := jsonObject{}
		for name, member := range members {
			value, err := parseForComparison(member)
			if err != nil {
				return nil, err
			}
			object[name] = value
		}
		return object, nil
	case '[':
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, err
		}
		list := []any{}
		for _, item := range items {
			value, err := parseForComparison(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case '"':
		text, err := textOf(raw)
		return jsonText(text), err
	case 't', 'f', 'n':
		return string(raw), nil
	}
	number, err := strconv.ParseFloat(string(raw), 64)
	if math.IsInf(number, 0) {
		return number, nil
	}
	return number + 0, err
}

// textOf reads a JSON text as UTF-8 in which a lone surrogate stands as its three bytes.
func textOf(raw json.RawMessage) (string, error) {
	var units []uint16
	for at := 1; at < len(raw)-1; {
		if raw[at] == '\\' && raw[at+1] == 'u' {
			unit, err := strconv.ParseUint(string(raw[at+2:at+6]), 16, 16)
			if err != nil {
				return "", err
			}
			units = append(units, uint16(unit))
			at += 6
			continue
		}
		end := at + 1
		if raw[at] == '\\' {
			end++
		}
		for end < len(raw)-1 && raw[end] != '\\' {
			end++
		}
		var part string
		if err := json.Unmarshal([]byte(`"`+string(raw[at:end])+`"`), &part); err != nil {
			return "", err
		}
		units = append(units, utf16.Encode([]rune(part))...)
		at = end
	}
	var text []byte
	for at := 0; at < len(units); at++ {
		point := rune(units[at])
		if utf16.IsSurrogate(point) && at+1 < len(units) {
			if whole := utf16.DecodeRune(point, rune(units[at+1])); whole != '\uFFFD' {
				text = append(text, string(whole)...)
				at++
				continue
			}
		}
		if utf16.IsSurrogate(point) {
			text = append(text, 0xED, byte(0x80|point>>6&0x3F), byte(0x80|point&0x3F))
			continue
		}
		text = append(text, string(point)...)
	}
	return string(text), nil
}
