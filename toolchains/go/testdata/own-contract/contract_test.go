// Package trial uses the module that is generated from the contract that `latido init contract` writes.
package trial

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	latido "github.com/latido/latido-go"
	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

const stream = `"stream":"s","epoch":"e"`

const connect = `{"type":"CONNECT","timestamp":"t","userId":"u","sessionId":"s","protocolVersion":"1.0",
"heartbeat":{"intervalMs":60000,"timeoutMs":60000},"reconnect":{"baseDelayMs":1000,"maxDelayMs":30000,
"jitter":0.5,"firstSpreadMs":0,"stableAfterMs":5000,"circuitAfter":10,"circuitRestMs":60000},
"ack":{"maxDelayMs":1000,"maxPending":100},"sync":{"timeoutMs":10000,"maxPageEvents":500,
"maxPageBytes":16384,"maxPages":20},"limits":{"maxFrameBytes":65536,"maxPayloadBytes":32768,
"maxInFlightMessages":32,"dedupWindowMs":600000},"presence":{"graceMs":15000},"modules":["orders"],
"streams":[{` + stream + `,"lastEventId":0,"module":"orders"}]}`

// server is a connection on which frames lie ready.
type server struct{ frames chan string }

func (s server) Read(ctx context.Context) (string, error) {
	select {
	case frame := <-s.frames:
		return frame, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (s server) Write(context.Context, string) error                   { return nil }
func (s server) Close(context.Context, latido.CloseCode, string) error { return nil }

func newClient(t *testing.T, frames ...string) *latido.Client {
	t.Helper()
	line := server{make(chan string, len(frames))}
	for _, frame := range frames {
		line.frames <- frame
	}
	dial := func(context.Context, latido.DialRequest) (latido.Conn, error) { return line, nil }
	c, err := latido.New("ws://example.test/", "u", latido.WithDialer(dial))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := c.Disconnect(ctx, "done"); err != nil {
			t.Error(err)
		}
	})
	return c
}

func event(id int, payload string) string {
	return fmt.Sprintf(`{"type":"EVENT","timestamp":"t",%s,"eventId":%d,"event":"order_created","payload":%s}`, stream, id, payload)
}

// MSG-34: only what the contract lets clients send leaves them, and only as it says.
func TestSendsAreChecked(t *testing.T) {
	c := newClient(t)
	for _, row := range []struct {
		event, problem string
		payload        any
	}{
		{"chat_message", `the payload of "chat_message": text must have at least 1 character`, protocol.ChatMessage{}},
		{"chat_message", `the payload of "chat_message": the value lacks the member text`, map[string]any{"Text": "a"}},
		{"order_created", `"order_created" is not for clients to send; clients send "chat_message"`, nil},
		{"order_closed", `"order_closed" is not an event of the contract; clients send "chat_message"`, nil},
	} {
		_, err := c.SendAsync(row.event, row.payload)
		var misuse *latido.UsageError
		if !errors.As(err, &misuse) || !strings.HasSuffix(err.Error(), row.problem) {
			t.Errorf("%s: %v", row.event, err)
		}
	}
	if _, err := c.SendAsync("chat_message", protocol.ChatMessage{Text: "hola"}); err != nil {
		t.Error(err)
	}
	if _, err := latido.SendChatMessage(t.Context(), c, protocol.ChatMessage{}); err == nil {
		t.Error("an empty text was sent")
	}
}

func TestReceivedPayloadsAreDecodedAndWrongOnesTold(t *testing.T) {
	c := newClient(t, connect,
		event(1, `{"orderId":"o-1","totalCents":2450}`),
		event(2, `{"orderId":"o-2","totalCents":-1}`),
		event(3, `{"orderId":"o-3","totalCents":1e3,"note":"soon"}`))
	typed := make(chan latido.TypedEvent[protocol.OrderCreated], 3)
	all := make(chan int64, 3)
	told := make(chan session.InvalidEventNotice, 3)
	latido.OnOrderCreated(c, func(_ context.Context, event latido.TypedEvent[protocol.OrderCreated]) error {
		typed <- event
		return nil
	})
	c.On(latido.AnyEvent, func(_ context.Context, event latido.Event) error {
		all <- event.EventID
		return nil
	})
	c.OnNotice(func(notice latido.Notice) {
		if invalid, ok := notice.(session.InvalidEventNotice); ok {
			told <- invalid
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := c.Connect(ctx); err != nil {
		t.Fatal(err)
	}
	first, second := receive(ctx, t, typed), receive(ctx, t, typed)
	if first.Payload.OrderID != "o-1" || first.Payload.Note != nil || first.Event.EventID != 1 {
		t.Errorf("%+v", first)
	}
	if second.Payload.TotalCents != 1000 || *second.Payload.Note != "soon" || !json.Valid(second.Event.Payload) {
		t.Errorf("%+v", second)
	}
	for wanted := range 3 {
		if id := receive(ctx, t, all); id != int64(wanted+1) {
			t.Errorf("handlers of all events met %d, not %d", id, wanted+1)
		}
	}
	if notice := receive(ctx, t, told); notice.EventID != 2 || notice.Problem != "totalCents must be at least 0" {
		t.Errorf("%+v", notice)
	}
}

func TestATypeMayHoldItself(t *testing.T) {
	const text = `{"orderId":"o-3","totalCents":3,"replaces":{"orderId":"o-2","totalCents":2,` +
		`"replaces":{"orderId":"o-1","totalCents":1}},"parts":[{"orderId":"o-4","totalCents":4}]}`
	order, err := protocol.DecodeOrderCreated([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if first := order.Replaces.Replaces; first.OrderID != "o-1" || first.Replaces != nil || order.Parts[0].OrderID != "o-4" {
		t.Errorf("%+v", order)
	}
	if again, err := json.Marshal(order); err != nil || string(again) != text {
		t.Errorf("%s, %v", again, err)
	}
	const wrong = `{"orderId":"o-3","totalCents":3,"replaces":{"orderId":"o-2","totalCents":-2}}`
	var refusal *protocol.DecodeError
	if _, err := protocol.DecodeOrderCreated([]byte(wrong)); !errors.As(err, &refusal) || refusal.Path != "/replaces/totalCents" {
		t.Errorf("%v", err)
	}
}

func receive[T any](ctx context.Context, t *testing.T, from <-chan T) (value T) {
	t.Helper()
	select {
	case value = <-from:
	case <-ctx.Done():
		t.Fatal("nothing came")
	}
	return value
}
