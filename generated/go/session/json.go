package session

import (
	"encoding/json"

	"github.com/latido/latido-go/protocol"
)

// The names of JSON are those of the contract: traces of every language read alike.

// MarshalJSON writes the change as traces tell it.
func (change StateChange) MarshalJSON() ([]byte, error) {
	told := struct {
		State     State              `json:"state"`
		Attempt   int64              `json:"attempt"`
		RetryInMs *int64             `json:"retryInMs,omitempty"`
		Code      protocol.CloseCode `json:"code,omitempty"`
		Reason    *string            `json:"reason,omitempty"`
	}{State: change.State, Attempt: change.Attempt, Code: change.Code}
	if change.State == protocol.ClientConnectionStateBackoff || change.State == protocol.ClientConnectionStateCircuitOpen {
		retryInMs := change.RetryIn.Milliseconds()
		told.RetryInMs = &retryInMs
	}
	if change.Code != 0 {
		told.Reason = &change.Reason
	}
	return json.Marshal(told)
}

// MarshalJSON writes the notice as traces tell it.
func (told ReconnectingNotice) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Attempt   int64 `json:"attempt"`
		RetryInMs int64 `json:"retryInMs"`
	}{told.Attempt, told.RetryIn.Milliseconds()})
}

// MarshalJSON writes the notice as traces tell it.
func (told RecoveredNotice) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		DownMs int64 `json:"downMs"`
	}{told.Down.Milliseconds()})
}

// MarshalJSON writes the notice as traces tell it.
func (told ReloadFailedNotice) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Stream    string `json:"stream"`
		Problem   string `json:"problem"`
		RetryInMs int64  `json:"retryInMs"`
	}{told.Stream, told.Problem, told.RetryIn.Milliseconds()})
}
