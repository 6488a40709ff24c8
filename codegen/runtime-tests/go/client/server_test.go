// Package client_test tries the public client against a server in memory.
package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	latido "github.com/latido/latido-go"
)

// hang is after how long a test gives up.
const hang = 2 * time.Minute

// connect is a CONNECT with one stream, orders, at its beginning.
const connect = `{"type":"CONNECT","timestamp":"t","userId":"ana","sessionId":"s1","protocolVersion":"1.0",` +
	`"heartbeat":{"intervalMs":60000,"timeoutMs":4000},"reconnect":{"firstSpreadMs":0,"baseDelayMs":1,` +
	`"maxDelayMs":2,"jitter":0,"stableAfterMs":0,"circuitAfter":10,"circuitRestMs":5},` +
	`"ack":{"maxDelayMs":1000,"maxPending":100},"sync":{"timeoutMs":2000,"maxPageEvents":10,` +
	`"maxPageBytes":16384,"maxPages":2},"limits":{"maxFrameBytes":65536,"maxPayloadBytes":32768,` +
	`"maxInFlightMessages":32,"dedupWindowMs":600000},"presence":{"graceMs":1000},"modules":["orders"],` +
	`"streams":[{"stream":"orders","epoch":"e1","lastEventId":0}]}`

// server is the other end of every connection that a client dials.
type server struct {
	dials    chan latido.DialRequest
	toClient chan string
	toServer chan string
}

func newServer() *server {
	return &server{
		dials: make(chan latido.DialRequest, 100), toClient: make(chan string, 100), toServer: make(chan string, 100),
	}
}

func (s *server) dial(_ context.Context, request latido.DialRequest) (latido.Conn, error) {
	s.dials <- request
	s.toClient <- connect
	return conn{s, make(chan struct{})}, nil
}

// event lets an event of the stream orders happen.
func (s *server) event(id int, name string) {
	s.toClient <- fmt.Sprintf(`{"type":"EVENT","timestamp":"t","stream":"orders","epoch":"e1","eventId":%d,`+
		`"event":%q,"payload":{"number":%d}}`, id, name, id)
}

// received waits for a frame of a type.
func (s *server) received(t *testing.T, kind string) map[string]any {
	t.Helper()
	limit := time.After(hang)
	for {
		select {
		case text := <-s.toServer:
			var frame map[string]any
			if err := json.Unmarshal([]byte(text), &frame); err != nil {
				t.Fatal(err)
			}
			if frame["type"] == kind {
				return frame
			}
		case <-limit:
			t.Fatalf("no %s came", kind)
		}
	}
}

type conn struct {
	server *server
	closed chan struct{}
}

func (c conn) Read(ctx context.Context) (string, error) {
	select {
	case text := <-c.server.toClient:
		if text == "break" {
			return "", errors.New("the line broke")
		}
		return text, nil
	case <-c.closed:
		return "", &latido.EndError{Code: 1000}
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (c conn) Write(_ context.Context, text string) error {
	c.server.toServer <- text
	return nil
}

func (c conn) Close(context.Context, latido.CloseCode, string) error {
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return nil
}

// newClient makes a client of a server, which is disconnected in the end.
func newClient(t *testing.T, s *server, options ...latido.Option) *latido.Client {
	t.Helper()
	client, err := latido.New("ws://localhost/", "ana", append(options, latido.WithDialer(s.dial))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disconnect(t, client) })
	return client
}

func mustConnect(t *testing.T, client *latido.Client) {
	t.Helper()
	if err := client.Connect(limited(t)); err != nil {
		t.Fatal(err)
	}
}

func disconnect(t *testing.T, client *latido.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	if err := client.Disconnect(ctx, ""); err != nil {
		t.Error(err)
	}
}

func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	t.Cleanup(cancel)
	return ctx
}

// next waits for a value.
func next[Value any](t *testing.T, values <-chan Value) Value {
	t.Helper()
	select {
	case value := <-values:
		return value
	case <-time.After(hang):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}
