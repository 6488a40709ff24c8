package latido

import (
	"slices"
	"sync"
)

// listeners want to hear of one thing, in the order in which they came.
type listeners[Call any] struct {
	mu      sync.Mutex
	entries []*listener[Call]
}

type listener[Call any] struct {
	call Call
}

// add answers how to remove it. The same function may be added twice.
func (l *listeners[Call]) add(call Call) (remove func()) {
	entry := &listener[Call]{call}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, entry)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.entries = slices.DeleteFunc(slices.Clone(l.entries), func(each *listener[Call]) bool { return each == entry })
	}
}

// all are those of this moment: one that is added while others are called is not.
func (l *listeners[Call]) all() []*listener[Call] {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries)
}

func (l *listeners[Call]) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}
