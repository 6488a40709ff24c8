package session

// Counters are what a session has counted since it was made.
type Counters struct {
	// Reconnects counts connections after the first one.
	Reconnects int64 `json:"reconnects"`
	// EventsDelivered counts events handed to the application.
	EventsDelivered int64 `json:"eventsDelivered"`
	// DuplicatesDropped counts events that had been delivered or kept before.
	DuplicatesDropped int64 `json:"duplicatesDropped"`
	// OverflowDropped counts events that did not fit the bound of kept events; sync brings them again.
	OverflowDropped int64 `json:"overflowDropped"`
	// Gaps counts how often a stream was found behind its known head.
	Gaps int64 `json:"gaps"`
	// SyncsRequested counts REQUEST_SYNCs, per stream.
	SyncsRequested int64 `json:"syncsRequested"`
	Refreshes      int64 `json:"refreshes"`
	FramesSent     int64 `json:"framesSent"`
	FramesReceived int64 `json:"framesReceived"`
	// InvalidFrames counts frames that had no effect because they broke the protocol.
	InvalidFrames int64 `json:"invalidFrames"`
	// HeartbeatLatencyMs is the time from the last heartbeat to its acknowledgement, in milliseconds; nil
	// before the first.
	HeartbeatLatencyMs *int64 `json:"heartbeatLatencyMs,omitempty"`
}

// Statistics are a snapshot of what a session has counted (LIB-11).
type Statistics struct {
	Counters
	// OutboxSize counts messages in the outbox, sent or not.
	OutboxSize int `json:"outboxSize"`
	// InFlight counts messages sent on the present connection and not answered.
	InFlight int `json:"inFlight"`
	// KeptEvents counts events of all streams that cannot be delivered yet.
	KeptEvents int `json:"keptEvents"`
	Streams    int `json:"streams"`
}
