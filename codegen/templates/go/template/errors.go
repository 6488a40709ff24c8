package latido

import "fmt"

// UsageError tells that the library was used wrongly, and what to do instead.
type UsageError struct {
	problem string
}

// Error implements error.
func (e *UsageError) Error() string { return "latido: " + e.problem }

func usageError(format string, values ...any) error {
	return &UsageError{problem: fmt.Sprintf(format, values...)}
}

// ClosedError tells that the client is over: by Disconnect, or because the server's close code says so
// (RECON-22).
type ClosedError struct {
	// Code is the close code that ended it; CloseNormal after Disconnect.
	Code CloseCode
	// Reason is for people.
	Reason string
}

// Error implements error.
func (e *ClosedError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("latido: the client is closed (%d)", e.Code)
	}
	return fmt.Sprintf("latido: the client is closed (%d: %s)", e.Code, e.Reason)
}

// OutboxFullError tells that the outbox holds as many messages as it may (MSG-22). Wait for results before
// sending more.
type OutboxFullError struct {
	// Limit is how many messages the outbox may hold.
	Limit int
}

// Error implements error.
func (e *OutboxFullError) Error() string {
	return fmt.Sprintf("latido: the outbox is full: %d messages wait for an answer", e.Limit)
}

// FrameTooLargeError tells that a message is larger than the server takes (FRAME-22). Send less.
type FrameTooLargeError struct {
	// What is "frame" or "payload".
	What string
	// Limit and Bytes are the bytes of UTF-8 that are allowed and that were found.
	Limit, Bytes int64
}

// Error implements error.
func (e *FrameTooLargeError) Error() string {
	return fmt.Sprintf("latido: the %s takes %d bytes of at most %d", e.What, e.Bytes, e.Limit)
}

// StoreError tells that a store could not be read.
type StoreError struct {
	// Err is the store's error.
	Err error
}

// Error implements error.
func (e *StoreError) Error() string { return "latido: a store could not be read: " + e.Err.Error() }

// Unwrap gives the store's error.
func (e *StoreError) Unwrap() error { return e.Err }
