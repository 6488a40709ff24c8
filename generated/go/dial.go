package latido

import (
	"context"
	"net/url"
	"strconv"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// DialRequest says how to reach the server.
type DialRequest struct {
	// URL has the query of this attempt, without the token.
	URL string
	// Subprotocols are those to offer, without a bearer entry.
	Subprotocols []string
	// Token is empty where there is none. It travels as the dialler can.
	Token string
}

// Dialer opens a connection. The context ends the attempt.
type Dialer func(ctx context.Context, request DialRequest) (Conn, error)

// Conn is an open WebSocket. One goroutine reads, another writes and closes.
type Conn interface {
	// Read waits for the next text message. The error is an [*EndError] where the peer closed with a code.
	// The end of the context ends the connection, and with it a Write or Close that blocks.
	Read(ctx context.Context) (text string, err error)
	// Write sends a text message.
	Write(ctx context.Context, text string) error
	// Close says farewell, and waits for the peer's. If the context is over, it drops the connection at
	// once.
	Close(ctx context.Context, code CloseCode, reason string) error
}

// EndError tells how the peer ended a connection.
type EndError struct {
	// Code is the close code.
	Code   CloseCode
	Reason string
}

// Error implements error.
func (e *EndError) Error() string {
	return "latido: the connection ended with " + strconv.Itoa(int(e.Code)) + " " + e.Reason
}

// dialRequest is the URL and the subprotocols of an attempt (CONN-2, CONN-8).
func dialRequest(base *url.URL, effect session.OpenEffect) DialRequest {
	address := *base
	query := address.Query()
	query.Set("userId", effect.UserID)
	query.Set("deviceId", effect.DeviceID)
	query.Set("attempt", strconv.FormatInt(effect.Attempt, 10))
	query.Set("intentAgeMs", strconv.FormatInt(effect.IntentAgeMs, 10))
	if effect.HeartbeatMs != 0 {
		query.Set("heartbeatMs", strconv.FormatInt(effect.HeartbeatMs, 10))
	}
	address.RawQuery = query.Encode()
	return DialRequest{
		URL:          address.String(),
		Subprotocols: []string{protocol.Subprotocol},
		Token:        effect.Token,
	}
}
