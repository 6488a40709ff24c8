package session

import "github.com/latido/latido-go/protocol"

// StartFrom says where a stream begins that has no stored position.
type StartFrom string

// Where a stream begins that has no stored position.
const (
	// Latest is the head: only what happens from now on.
	Latest StartFrom = "latest"
	// Acked is where this device last acknowledged.
	Acked StartFrom = "acked"
	// Earliest is as far as the server's history goes.
	Earliest StartFrom = "earliest"
)

// Settings are what a session is made with. They never change.
type Settings struct {
	UserID   string
	DeviceID string
	// FirstAttempt is the number of the first dial, higher than any earlier one of this device (CONN-4).
	FirstAttempt int64
	// HeartbeatMs is the wished heartbeat interval, 0 for the server's.
	HeartbeatMs int64
	StartFrom   StartFrom
	// Token is used for every dial, where there is no provider; empty for none.
	Token string
	// HasTokenProvider asks for a token before every dial (AUTH-17).
	HasTokenProvider bool
	// Positions are those of an earlier process: everything up to them was processed.
	Positions []protocol.StreamPosition
	// Messages are what the outbox store held before this process, in the order of sending.
	Messages []StoredMessage
	// PersistentOutbox says whether unanswered messages outlive this session in their store (MSG-29).
	PersistentOutbox bool
	ConnectTimeoutMs int64
	// OutboxMessages bounds the messages that wait for an answer or for a connection.
	OutboxMessages int
	// KeptEvents bounds the events kept for one stream that cannot be delivered yet.
	KeptEvents int
}

// announced are the numbers that a server announces in CONNECT.
type announced struct {
	heartbeat     protocol.HeartbeatSettings
	reconnect     protocol.ReconnectSettings
	ack           protocol.AckSettings
	syncTimeoutMs int64
	limits        protocol.SessionLimits
}

// unannounced are the numbers of the contract, which hold before the first CONNECT.
var unannounced = announced{
	heartbeat: protocol.HeartbeatSettings{
		IntervalMs: protocol.DefaultHeartbeatIntervalMs,
		TimeoutMs:  protocol.DefaultHeartbeatTimeoutMs,
	},
	reconnect: protocol.ReconnectSettings{
		BaseDelayMs:   protocol.DefaultBaseDelayMs,
		MaxDelayMs:    protocol.DefaultMaxDelayMs,
		Jitter:        float64(protocol.DefaultJitterPercent) / 100,
		FirstSpreadMs: protocol.DefaultFirstSpreadMs,
		StableAfterMs: protocol.DefaultStableAfterMs,
		CircuitAfter:  protocol.DefaultCircuitAfter,
		CircuitRestMs: protocol.DefaultCircuitRestMs,
	},
	ack: protocol.AckSettings{
		MaxDelayMs: protocol.DefaultAckMaxDelayMs,
		MaxPending: protocol.DefaultAckMaxPending,
	},
	syncTimeoutMs: protocol.DefaultSyncTimeoutMs,
	limits: protocol.SessionLimits{
		MaxFrameBytes:       protocol.DefaultFrameBytes,
		MaxPayloadBytes:     protocol.DefaultPayloadBytes,
		MaxInFlightMessages: protocol.DefaultInFlightMessages,
		DedupWindowMs:       protocol.DefaultDedupWindowMs,
	},
}

// announcedBy is what this CONNECT announces (CONN-22).
func announcedBy(frame *protocol.ConnectFrame) announced {
	return announced{
		heartbeat:     frame.Heartbeat,
		reconnect:     frame.Reconnect,
		ack:           frame.Ack,
		syncTimeoutMs: frame.Sync.TimeoutMs,
		limits:        frame.Limits,
	}
}
