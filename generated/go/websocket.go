package latido

import (
	"context"
	"errors"
	"net/http"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/latido/latido-go/protocol"
)

const (
	// maxMessageBytes: server frames stay under 1 MiB; a larger one is a fault that ends the connection.
	maxMessageBytes = 4 << 20
	// maxReasonBytes is the room for a reason in a close frame (RFC 6455, 5.5).
	maxReasonBytes = 123
)

// webSocketDialer dials WebSockets. The token travels in the Authorization header (CONN-6). Pings are
// answered while the client reads (LIVE-12).
func webSocketDialer(client *http.Client) Dialer {
	if client == nil {
		client = defaultHTTPClient()
	}
	return func(ctx context.Context, request DialRequest) (Conn, error) {
		header := make(http.Header)
		if request.Token != "" {
			header.Set("Authorization", "Bearer "+request.Token)
		}
		conn, _, err := websocket.Dial(ctx, request.URL, &websocket.DialOptions{
			HTTPClient:      client,
			HTTPHeader:      header,
			Subprotocols:    request.Subprotocols,
			CompressionMode: websocket.CompressionDisabled,
		})
		if err != nil {
			return nil, err
		}
		conn.SetReadLimit(maxMessageBytes)
		return webSocket{conn}, nil
	}
}

// defaultHTTPClient keeps no connection that is not a WebSocket, and follows no redirect: a token is for
// the server that was named.
func defaultHTTPClient() *http.Client {
	client := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if transport, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = transport.Clone()
		transport.DisableKeepAlives = true
		client.Transport = transport
	}
	return client
}

type webSocket struct {
	conn *websocket.Conn
}

func (w webSocket) Read(ctx context.Context) (text string, err error) {
	for {
		kind, data, err := w.conn.Read(ctx)
		if err != nil {
			return "", endOf(err)
		}
		if kind != websocket.MessageText {
			continue // no part of the protocol
		}
		if !utf8.Valid(data) {
			err := errors.New("a text message was not UTF-8")
			_ = w.conn.Close(websocket.StatusCode(protocol.CloseInvalidUTF8), err.Error()) // it ends in any case
			return "", err
		}
		return string(data), nil
	}
}

func (w webSocket) Write(ctx context.Context, text string) error {
	return w.conn.Write(ctx, websocket.MessageText, []byte(text))
}

func (w webSocket) Close(ctx context.Context, code CloseCode, reason string) error {
	if ctx.Err() != nil {
		return w.conn.CloseNow()
	}
	return w.conn.Close(websocket.StatusCode(code), closeReason(reason))
}

func endOf(err error) error {
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		return &EndError{Code: CloseCode(closed.Code), Reason: closed.Reason}
	}
	return err
}

// closeReason is what of a reason fits a close frame.
func closeReason(reason string) string {
	if len(reason) <= maxReasonBytes {
		return reason
	}
	end := maxReasonBytes
	for end > 0 && !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end]
}
