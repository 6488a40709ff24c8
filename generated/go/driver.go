package latido

import (
	"net/url"
	"time"

	"github.com/latido/latido-go/session"
)

// driver gives a session its socket and its timer. Everything happens on its loop, one input after the
// other.
type driver struct {
	session *session.Session
	url     *url.URL
	dial    Dialer
	clock   Clock
	// perform does what concerns the application: everything but sockets. It must not wait.
	perform func(session.Effect)
	trace   func(Step)

	loop serial
	// What follows belongs to the loop.
	now       int64
	socket    *socket
	sockets   []*socket
	timerAt   int64
	stopTimer func()
}

// submit takes an input after those before it.
func (d *driver) submit(input session.Input) { d.loop.do(func() { d.step(input) }) }

// step takes an input at once; on the loop only.
func (d *driver) step(input session.Input) {
	d.now = max(d.now, d.clock.Now().UnixMilli())
	step := d.session.Step(input, d.now)
	d.trace(step)
	for _, effect := range step.Effects {
		switch effect := effect.(type) {
		case session.OpenEffect:
			d.open(effect)
		case session.SendEffect:
			if d.isCurrent(effect.Generation) {
				d.socket.send(effect.Text)
			}
		case session.CloseEffect:
			if d.isCurrent(effect.Generation) {
				d.socket.close(effect.Code, effect.Reason)
				d.socket = nil
			}
		default:
			d.perform(effect)
		}
	}
	d.schedule(step.Deadline)
}

func (d *driver) isCurrent(generation int64) bool {
	return d.socket != nil && d.socket.generation == generation
}

func (d *driver) open(effect session.OpenEffect) {
	open := d.sockets[:0]
	for _, each := range d.sockets {
		select {
		case <-each.done:
		default:
			open = append(open, each)
		}
	}
	d.socket = openSocket(effect.Generation, d.dial, dialRequest(d.url, effect), d.submit)
	d.sockets = append(open, d.socket)
}

// schedule sets the one timer to the deadline, 0 for none.
func (d *driver) schedule(deadline int64) {
	if deadline == d.timerAt {
		return
	}
	if d.stopTimer != nil {
		d.stopTimer()
		d.stopTimer = nil
	}
	d.timerAt = deadline
	if deadline == 0 {
		return
	}
	wait := time.Duration(deadline-d.clock.Now().UnixMilli()) * time.Millisecond
	d.stopTimer = d.clock.AfterFunc(wait, func() {
		d.loop.do(func() {
			if d.timerAt == deadline {
				d.timerAt = 0
			}
			d.step(session.TickInput{})
		})
	})
}

// settled waits until nothing is left of any socket.
func (d *driver) settled() {
	var sockets []*socket
	d.loop.wait(func() { sockets = append(sockets, d.sockets...) })
	for _, each := range sockets {
		<-each.done
	}
}
