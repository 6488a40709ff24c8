package session

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/latido/latido-go/protocol"
)

// port is what the parts of a session share: the time of the present input, and where effects go.
type port struct {
	// now is the time of the present input, in milliseconds since 1970.
	now       int64
	announced announced
	timers    *timers
	counters  Counters
	effects   []Effect
	// chances are what chance gave during the present input, in order.
	chances []float64
	chance  func() float64
	onMove  func(Move)
	// connection tells whether frames can be sent, and on which attempt.
	connection *connection
}

func newPort(chance func() float64, onMove func(Move)) *port {
	return &port{announced: unannounced, timers: newTimers(), chance: chance, onMove: onMove}
}

func (p *port) begin(now int64) {
	p.now = now
	p.effects = nil
	p.chances = nil
}

// connected is true between CONNECT and the end of its connection.
func (p *port) connected() bool {
	return p.connection.state() == protocol.ClientConnectionStateConnected
}

func (p *port) random() float64 {
	chance := p.chance()
	p.chances = append(p.chances, chance)
	return chance
}

func (p *port) emit(effect Effect) { p.effects = append(p.effects, effect) }

func (p *port) trace(format string, values ...any) {
	p.emit(TraceEffect{Note: fmt.Sprintf(format, values...)})
}

func (p *port) moved(move Move) {
	if p.onMove != nil {
		p.onMove(move)
	}
}

// timestamp is the present time as frames carry it.
func (p *port) timestamp() json.RawMessage {
	return json.RawMessage(time.UnixMilli(p.now).UTC().Format(`"2006-01-02T15:04:05.000Z"`))
}

// send writes a frame; only while connected.
func (p *port) send(frame protocol.ClientFrame) {
	text := encode(frame)
	if limit := p.announced.limits.MaxFrameBytes; int64(len(text)) > limit {
		p.emit(NotSentNotice{Type: frame.FrameType(), Bytes: int64(len(text)), Limit: limit})
		return
	}
	p.sendText(text)
}

// sendText does the same for what was encoded before.
func (p *port) sendText(text string) {
	p.counters.FramesSent++
	p.emit(SendEffect{Generation: p.connection.generation, Text: text})
}

// encode writes a frame as it goes onto the wire.
func encode(frame protocol.ClientFrame) string {
	text, err := protocol.EncodeFrame(frame)
	if err != nil {
		panic(fmt.Sprintf("latido: a frame cannot be written: %v", err)) // payloads were checked before
	}
	return string(text)
}
