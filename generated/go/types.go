package latido

import (
	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// What applications meet of the packages below.
type (
	// Scope is whom an event or a message addresses.
	Scope = protocol.Scope
	// CloseCode is the code of a close frame.
	CloseCode = protocol.CloseCode
	// StreamPosition is a place in a stream: everything up to and including its LastEventID.
	StreamPosition = protocol.StreamPosition
	// OwnStatus is what the user shows.
	OwnStatus = protocol.OwnStatus
	// PresenceMetadata are free members beside a status.
	PresenceMetadata = protocol.PresenceMetadata

	// State is a state of the connection.
	State = session.State
	// StateChange tells the state of the connection, and the wait for a coming attempt (LIB-4, LIB-5).
	StateChange = session.StateChange
	// Notice is something that a person or a log may want to know; package session has the kinds.
	Notice = session.Notice
	// PresenceChange is a [session.GroupState], a [session.GroupDiff] or a [session.GroupGone].
	PresenceChange = session.PresenceChange
	// Group is what is known of one presence group.
	Group = session.Group
	// Refresh says why and to where the application reloads the state behind a stream.
	Refresh = session.Refresh
	// SendResult tells what became of a message.
	SendResult = session.SendResult
	// StoredMessage is a message as an outbox store keeps it.
	StoredMessage = session.StoredMessage
	// Statistics are a snapshot of what a client has counted (LIB-11).
	Statistics = session.Statistics
	// Step is one step of the session: the line of a trace (LIB-13).
	Step = session.Step
	// StartFrom says where a stream begins that has no stored position.
	StartFrom = session.StartFrom
	// Signal is a word of the platform.
	Signal = session.Signal
)

// States of the connection.
const (
	Idle        = protocol.ClientConnectionStateIdle
	Connecting  = protocol.ClientConnectionStateConnecting
	Connected   = protocol.ClientConnectionStateConnected
	Backoff     = protocol.ClientConnectionStateBackoff
	CircuitOpen = protocol.ClientConnectionStateCircuitOpen
	Suspended   = protocol.ClientConnectionStateSuspended
	Closed      = protocol.ClientConnectionStateClosed
)

// What became of a message.
const (
	Accepted       = session.Accepted
	Failed         = session.Failed
	UnknownOutcome = session.UnknownOutcome
)

// Where a stream begins that has no stored position.
const (
	Latest   = session.Latest
	Acked    = session.Acked
	Earliest = session.Earliest
)

// What the user shows to the others.
const (
	Online = protocol.OwnStatusOnline
	Away   = protocol.OwnStatusAway
	Busy   = protocol.OwnStatusBusy
)

// What the platform tells.
const (
	// NetworkOnline: the network is back.
	NetworkOnline = session.Online
	// AppVisible: people look at the application again.
	AppVisible = session.Visible
)
