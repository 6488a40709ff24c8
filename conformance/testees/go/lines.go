package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"sync"
)

// fields are the members of a line beside its kind.
type fields map[string]any

// lines writes replies and events, and numbers the events.
type lines struct {
	mu sync.Mutex
	to *bufio.Writer
	n  int
}

func newLines(to io.Writer) *lines { return &lines{to: bufio.NewWriter(to)} }

// event tells what the library told.
func (l *lines) event(name string, members any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.n++
	l.write(merged(fields{"n": l.n, "event": name}, members))
}

// reply answers a command.
func (l *lines) reply(id int, members any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write(merged(fields{"re": id, "ok": true}, members))
}

// refuse tells that the adapter could not do its work.
func (l *lines) refuse(id int, code, message string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write(fields{"re": id, "ok": false, "error": fields{"code": code, "message": message}})
}

func (l *lines) write(line fields) {
	encoder := json.NewEncoder(l.to) // it ends every line
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(line); err != nil {
		panic(err)
	}
	if err := l.to.Flush(); err != nil {
		panic(err)
	}
}

// merged adds the members of a value that is a JSON object.
func merged(line fields, members any) fields {
	if members == nil {
		return line
	}
	text, err := json.Marshal(members)
	if err != nil {
		panic(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var more fields
	if err := decoder.Decode(&more); err != nil {
		panic(err)
	}
	for name, value := range more {
		line[name] = value
	}
	return line
}
