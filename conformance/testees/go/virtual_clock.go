package main

import (
	"slices"
	"sync"
	"time"
)

// virtualClock is time that moves only by clock.advance.
type virtualClock struct {
	mu     sync.Mutex
	now    time.Time
	alarms []*alarm
}

type alarm struct {
	at   time.Time
	ring func()
}

func newVirtualClock() *virtualClock { return &virtualClock{now: time.UnixMilli(1_750_000_000_000)} }

func (c *virtualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *virtualClock) AfterFunc(wait time.Duration, ring func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	set := &alarm{at: c.now.Add(max(wait, 0)), ring: ring}
	c.alarms = append(c.alarms, set)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.forget(set)
	}
}

// advance rings what falls due, in order, and lets the program catch its breath between. Asleep, whatever
// falls due on the way rings at the end, late.
func (c *virtualClock) advance(wait time.Duration, asleep bool, breathe func()) {
	c.mu.Lock()
	until := c.now.Add(wait)
	if asleep {
		c.now = until
	}
	c.mu.Unlock()
	for ring := c.due(until); ring != nil; ring = c.due(until) {
		ring()
		breathe()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = until
}

// due takes the first alarm until an instant, and moves to it.
func (c *virtualClock) due(until time.Time) (ring func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var first *alarm
	for _, each := range c.alarms {
		if !each.at.After(until) && (first == nil || each.at.Before(first.at)) {
			first = each
		}
	}
	if first == nil {
		return nil
	}
	c.forget(first)
	if first.at.After(c.now) {
		c.now = first.at
	}
	return first.ring
}

func (c *virtualClock) forget(set *alarm) {
	c.alarms = slices.DeleteFunc(c.alarms, func(each *alarm) bool { return each == set })
}
