package session

// SendStatus is what became of a message.
type SendStatus string

// The outcomes of a message.
const (
	// Accepted: the server has it.
	Accepted SendStatus = "accepted"
	// Failed: the server or the client refused it for good.
	Failed SendStatus = "failed"
	// UnknownOutcome: it may or may not have been accepted.
	UnknownOutcome SendStatus = "unknown_outcome"
)

// SendResult tells what became of a message.
type SendResult struct {
	Status SendStatus `json:"status"`

	// Stream, Epoch and EventID name the event that an accepted message caused, if it caused one.
	Stream  string `json:"stream,omitempty"`
	Epoch   string `json:"epoch,omitempty"`
	EventID int64  `json:"eventId,omitempty"`
	// Duplicate says that the server had an accepted message before; the outcome is the original one.
	Duplicate bool `json:"duplicate,omitempty"`

	// Reason says why a message failed: an error code, "closed", "store_failed" or a limit.
	Reason string `json:"reason,omitempty"`

	// Kept says of an unknown outcome that a persistent outbox still holds the message, so that the next
	// start sends it or reports again.
	Kept bool `json:"kept,omitempty"`
}

// RefusalReason says why a message never entered the outbox.
type RefusalReason string

// Why a message never entered the outbox.
const (
	RefusedClosed RefusalReason = "closed"
	// RefusedIDInUse: the id is that of a message without a result, perhaps of an earlier process.
	RefusedIDInUse         RefusalReason = "id_in_use"
	RefusedOutboxFull      RefusalReason = "outbox_full"
	RefusedFrameTooLarge   RefusalReason = "frame_too_large"
	RefusedPayloadTooLarge RefusalReason = "payload_too_large"
)

// Refusal tells why a message never entered the outbox.
type Refusal struct {
	Why RefusalReason `json:"why"`
	// Limit is in messages for a full outbox, in bytes for what is too large.
	Limit int64 `json:"limit,omitempty"`
	// Bytes is what was found, in UTF-8.
	Bytes int64 `json:"bytes,omitempty"`
}
