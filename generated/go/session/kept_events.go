package session

import "github.com/latido/latido-go/protocol"

// keepOutcome is what became of an event that was offered.
type keepOutcome int

const (
	kept keepOutcome = iota
	replacedNewest
	duplicate
	overflow
)

// keptEvents are events of one stream that cannot be delivered yet, bounded. Those of other epochs wait
// for theirs.
type keptEvents struct {
	// bound is for all epochs together (STREAM-9).
	bound  int
	epochs map[string]map[int64]*protocol.EventFrame
	size   int
}

func newKeptEvents(bound int) *keptEvents {
	return &keptEvents{bound: bound, epochs: make(map[string]map[int64]*protocol.EventFrame)}
}

// keep takes an event. When the bound is reached, the newest of the event's epoch goes: the older ones
// close a gap.
func (k *keptEvents) keep(event *protocol.EventFrame) keepOutcome {
	if k.epochs[event.Epoch][event.EventID] != nil {
		return duplicate
	}
	full := k.size >= k.bound
	if full {
		newest := int64(0)
		for id := range k.epochs[event.Epoch] {
			newest = max(newest, id)
		}
		if newest < event.EventID {
			return overflow
		}
		k.remove(event.Epoch, newest)
	}
	events := k.epochs[event.Epoch]
	if events == nil {
		events = make(map[int64]*protocol.EventFrame)
		k.epochs[event.Epoch] = events
	}
	events[event.EventID] = event
	k.size++
	if full {
		return replacedNewest
	}
	return kept
}

// take answers nil where the event was not kept.
func (k *keptEvents) take(epoch string, eventID int64) *protocol.EventFrame {
	event := k.epochs[epoch][eventID]
	k.remove(epoch, eventID)
	return event
}

// runFrom is the highest id of the run that follows eventID without a hole.
func (k *keptEvents) runFrom(epoch string, eventID int64) int64 {
	events := k.epochs[epoch]
	for events[eventID+1] != nil {
		eventID++
	}
	return eventID
}

// dropThrough forgets every event at or below an id.
func (k *keptEvents) dropThrough(epoch string, eventID int64) {
	for id := range k.epochs[epoch] {
		if id <= eventID {
			k.remove(epoch, id)
		}
	}
}

// retainOnly forgets every event of another epoch (SYNC-6).
func (k *keptEvents) retainOnly(epoch string) {
	for other, events := range k.epochs {
		if other != epoch {
			k.size -= len(events)
			delete(k.epochs, other)
		}
	}
}

func (k *keptEvents) clear() {
	clear(k.epochs)
	k.size = 0
}

func (k *keptEvents) remove(epoch string, eventID int64) {
	events := k.epochs[epoch]
	if events[eventID] == nil {
		return
	}
	delete(events, eventID)
	k.size--
	if len(events) == 0 {
		delete(k.epochs, epoch)
	}
}
