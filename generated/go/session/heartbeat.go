package session

import (
	"math"

	"github.com/latido/latido-go/protocol"
)

// maxHeartbeatTimes bounds the unanswered heartbeats whose time is remembered for the latency: a peer
// that never answers costs no more.
const maxHeartbeatTimes = 64

// heartbeat proves life in both directions while connected.
type heartbeat struct {
	port *port
	// sent counts heartbeats of this connection, to tell later which acknowledgement follows a request.
	sent, acknowledged int64
	// sentAt is when the newest unacknowledged heartbeats were sent, oldest first.
	sentAt []int64
}

var (
	heartbeatTimer    = timer{name: timerHeartbeat}
	heartbeatDeadline = timer{name: timerHeartbeatDeadline}
)

func (h *heartbeat) connected() {
	h.stop()
	first := math.Floor(h.port.random() * float64(h.port.announced.heartbeat.IntervalMs))
	h.port.timers.set(heartbeatTimer, h.port.now, int64(first)) // LIVE-2
}

func (h *heartbeat) stop() {
	h.sent = 0
	h.acknowledged = 0
	h.sentAt = nil
	h.port.timers.clear(heartbeatTimer)
	h.port.timers.clear(heartbeatDeadline)
}

// received: anything inbound proves life (LIVE-3).
func (h *heartbeat) received() { h.port.timers.clear(heartbeatDeadline) }

func (h *heartbeat) acked() {
	unanswered := h.sent - h.acknowledged
	if unanswered == 0 {
		return
	}
	h.acknowledged++
	if int64(len(h.sentAt)) < unanswered {
		return // its time was dropped
	}
	latencyMs := h.port.now - h.sentAt[0]
	h.sentAt = h.sentAt[1:]
	h.port.counters.HeartbeatLatencyMs = &latencyMs
}

// beat sends the heartbeat that was due at an instant.
func (h *heartbeat) beat(at int64) {
	if h.isLate(at) {
		h.startAfresh()
		return
	}
	intervalMs := h.port.announced.heartbeat.IntervalMs
	nextMs := max(at+intervalMs-h.port.now, 0)
	if nextMs == 0 {
		nextMs = intervalMs
	}
	h.port.timers.set(heartbeatTimer, h.port.now, nextMs)
	h.send()
	// LIVE-4: one deadline, from the oldest heartbeat that nothing has followed
	if !h.port.timers.isSet(heartbeatDeadline) {
		h.expect()
	}
}

// isLate tells of a tick that is so late itself that we slept, and the peer is not dead (LIVE-5).
func (h *heartbeat) isLate(at int64) bool {
	return h.port.now-at > h.port.announced.heartbeat.TimeoutMs
}

// startAfresh asks after a sleep, and waits a whole timeout (LIVE-5).
func (h *heartbeat) startAfresh() {
	h.port.timers.set(heartbeatTimer, h.port.now, h.port.announced.heartbeat.IntervalMs)
	h.send()
	h.expect()
}

func (h *heartbeat) expect() {
	h.port.timers.set(heartbeatDeadline, h.port.now, h.port.announced.heartbeat.TimeoutMs)
}

func (h *heartbeat) send() {
	h.sent++
	h.sentAt = append(h.sentAt, h.port.now)
	if len(h.sentAt) > maxHeartbeatTimes {
		h.sentAt = h.sentAt[1:]
	}
	h.port.send(&protocol.HeartbeatFrame{Timestamp: h.port.timestamp()})
}
