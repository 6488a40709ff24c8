package session

import "iter"

// ordered is a map from names that is walked in the order in which its names came. A name that is set
// again keeps its place.
type ordered[Value any] struct {
	entries     map[string]*entry[Value]
	first, last *entry[Value]
}

type entry[Value any] struct {
	name          string
	value         Value
	before, after *entry[Value]
	removed       bool
}

func newOrdered[Value any]() *ordered[Value] {
	return &ordered[Value]{entries: make(map[string]*entry[Value])}
}

func (o *ordered[Value]) len() int { return len(o.entries) }

func (o *ordered[Value]) get(name string) (value Value, found bool) {
	if e := o.entries[name]; e != nil {
		return e.value, true
	}
	return value, false
}

func (o *ordered[Value]) has(name string) bool {
	_, found := o.entries[name]
	return found
}

func (o *ordered[Value]) set(name string, value Value) {
	if e := o.entries[name]; e != nil {
		e.value = value
		return
	}
	e := &entry[Value]{name: name, value: value, before: o.last}
	if o.last == nil {
		o.first = e
	} else {
		o.last.after = e
	}
	o.last = e
	o.entries[name] = e
}

func (o *ordered[Value]) remove(name string) {
	e := o.entries[name]
	if e == nil {
		return
	}
	delete(o.entries, name)
	e.removed = true
	if e.before == nil {
		o.first = e.after
	} else {
		e.before.after = e.after
	}
	if e.after == nil {
		o.last = e.before
	} else {
		e.after.before = e.before
	}
}

func (o *ordered[Value]) clear() { *o = *newOrdered[Value]() }

// all walks those that are there at the beginning and were not removed meanwhile.
func (o *ordered[Value]) all() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		entries := make([]*entry[Value], 0, len(o.entries))
		for e := o.first; e != nil; e = e.after {
			entries = append(entries, e)
		}
		for _, e := range entries {
			if !e.removed && !yield(e.name, e.value) {
				return
			}
		}
	}
}
