// Package session is the client side of the protocol without input or output.
//
// A [Session] is told what happens and when, and answers with effects and the time of its next work. It
// owns no socket, no clock and no chance, so the same inputs at the same times give the same effects.
// Package latido drives one with real sockets; most programs want that.
package session
