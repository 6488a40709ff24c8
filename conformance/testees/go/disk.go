package main

import (
	"context"
	"slices"
	"sync"

	latido "github.com/latido/latido-go"
)

// disk is what outlives a restart. A frozen one is that of a process that died.
type disk struct {
	mu         sync.Mutex
	positions  []latido.StreamPosition
	messages   []latido.StoredMessage
	persistent bool
	frozen     bool
	// beforeWrite stands before each write of a message: before its end nothing is on the disk.
	beforeWrite func() error
}

// freeze lets nothing reach this disk any more; the answer is what the next process finds.
func (d *disk) freeze() *disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.frozen = true
	return &disk{
		positions:  slices.Clone(d.positions),
		messages:   slices.Clone(d.messages),
		persistent: d.persistent,
	}
}

func (d *disk) LoadPositions(context.Context) ([]latido.StreamPosition, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.positions), nil
}

func (d *disk) SavePositions(_ context.Context, positions []latido.StreamPosition) error {
	d.change(func() {
		for _, position := range positions {
			d.positions = slices.DeleteFunc(d.positions, func(each latido.StreamPosition) bool {
				return each.Stream == position.Stream
			})
			d.positions = append(d.positions, position)
		}
	})
	return nil
}

func (d *disk) Persistent() bool { return d.persistent }

func (d *disk) LoadMessages(context.Context) ([]latido.StoredMessage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.messages), nil
}

func (d *disk) SaveMessage(_ context.Context, message latido.StoredMessage) error {
	if err := d.beforeWrite(); err != nil {
		return err
	}
	d.change(func() {
		if at := d.indexOf(message.MessageID); at >= 0 {
			d.messages[at] = message
		} else {
			d.messages = append(d.messages, message)
		}
	})
	return nil
}

func (d *disk) RemoveMessage(_ context.Context, messageID string) error {
	d.change(func() {
		if at := d.indexOf(messageID); at >= 0 {
			d.messages = slices.Delete(d.messages, at, at+1)
		}
	})
	return nil
}

func (d *disk) change(write func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.frozen {
		write()
	}
}

func (d *disk) indexOf(messageID string) int {
	return slices.IndexFunc(d.messages, func(each latido.StoredMessage) bool { return each.MessageID == messageID })
}
