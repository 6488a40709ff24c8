package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	latido "github.com/latido/latido-go"
	"github.com/latido/latido-go/session"
)

func TestOptionsNameTheirBounds(t *testing.T) {
	provider := func(context.Context) (string, error) { return "t", nil }
	wrong := map[string]struct {
		url, userID string
		options     []latido.Option
	}{
		"ws:// or wss://": {"http://localhost", "ana", nil},
		"fragment":        {"ws://localhost/#x", "ana", nil},
		"the user id":     {"ws://localhost", "ana maria", nil},
		"the device id":   {"ws://localhost", "ana", []latido.Option{latido.WithDeviceID("ü")}},
		"heartbeat":       {"ws://localhost", "ana", []latido.Option{latido.WithHeartbeat(time.Microsecond)}},
		"connect timeout": {"ws://localhost", "ana", []latido.Option{latido.WithConnectTimeout(-1)}},
		"outbox limit":    {"ws://localhost", "ana", []latido.Option{latido.WithOutboxLimit(0)}},
		"kept events":     {"ws://localhost", "ana", []latido.Option{latido.WithKeptEventsLimit(1_000_001)}},
		"the token":       {"ws://localhost", "ana", []latido.Option{latido.WithToken("secret\n")}},
		"either a token": {"ws://localhost", "ana", []latido.Option{
			latido.WithToken("t"), latido.WithTokenProvider(provider),
		}},
	}
	for want, given := range wrong {
		_, err := latido.New(given.url, given.userID, given.options...)
		var usage *latido.UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("AUTH-20: %v", err)
		}
	}
}

func TestHandlersAreCalledInOrderAndAcknowledged(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	names := make(chan string, 10)
	client.On("order_created", func(_ context.Context, event latido.Event) error {
		var payload struct{ Number int }
		if err := event.Decode(&payload); err != nil || int64(payload.Number) != event.EventID {
			t.Errorf("payload %s: %v", event.Payload, err)
		}
		names <- event.Name
		return nil
	})
	client.On(latido.AnyEvent, func(_ context.Context, event latido.Event) error {
		names <- "any " + event.Name
		return nil
	})
	mustConnect(t, client)
	s.event(1, "order_created")
	s.event(2, "order_paid")
	for _, want := range []string{"order_created", "any order_created", "any order_paid"} {
		if got := next(t, names); got != want {
			t.Errorf("%s was called, %s was wanted", got, want)
		}
	}
	s.received(t, "ACK")
}

func TestAFailingHandlerIsTold(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	notices := make(chan session.HandlerFailedNotice, 1)
	client.OnNotice(func(told latido.Notice) {
		if failed, ok := told.(session.HandlerFailedNotice); ok {
			notices <- failed
		}
	})
	client.On(latido.AnyEvent, func(context.Context, latido.Event) error { return errors.New("no paper") })
	mustConnect(t, client)
	s.event(1, "order_created")
	if got := next(t, notices); got.Problem != "no paper" || got.EventID != 1 {
		t.Errorf("STREAM-17: told %+v", got)
	}
}

func TestEventsOfALoopAreHandledWhenTheNextIsAskedFor(t *testing.T) {
	s := newServer()
	positions := latido.NewMemoryPositions()
	client := newClient(t, s, latido.WithPositions(positions))
	events := client.Events(limited(t), latido.AnyEvent)
	mustConnect(t, client)
	for id := range 3 {
		s.event(id+1, "order_created")
	}
	var ids []int64
	for event := range events {
		ids = append(ids, event.EventID)
		if len(ids) == 2 {
			break
		}
	}
	if len(ids) != 2 || ids[0] != 1 || ids[1] != 2 {
		t.Errorf("the loop had %v", ids)
	}
}

func TestDisconnectEndsALoopAndCountsNothing(t *testing.T) {
	s := newServer()
	positions := latido.NewMemoryPositions()
	client := newClient(t, s, latido.WithPositions(positions))
	events := client.Events(context.Background(), latido.AnyEvent)
	mustConnect(t, client)
	s.event(1, "order_created")
	for range events {
		go disconnect(t, client)
		for client.State() != latido.Closed {
			runtime.Gosched()
		}
		break
	}
	disconnect(t, client)
	for range events {
		t.Error("the loop went on")
	}
}

func TestSendTellsWhatBecameOfAMessage(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	mustConnect(t, client)
	const id = "019b0000-0000-4000-8000-000000000001"
	sending, err := client.SendAsync("chat", map[string]string{"text": "<&> \u2028"}, latido.WithMessageID(id))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Send(limited(t), "chat", nil, latido.WithMessageID(id)); err == nil {
		t.Error("an id was used twice")
	}
	frame := s.received(t, "MESSAGE")
	if text := frame["payload"].(map[string]any)["text"]; text != "<&> \u2028" {
		t.Errorf("sent %q", text)
	}
	s.toClient <- `{"type":"MESSAGE_ACK","timestamp":"t","messageId":"` + id + `","stream":"orders","epoch":"e1","eventId":7}`
	result, err := sending.Wait(limited(t))
	want := latido.SendResult{Status: latido.Accepted, Stream: "orders", Epoch: "e1", EventID: 7}
	if err != nil || result != want {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestSendRefusesWhatCannotTravel(t *testing.T) {
	s := newServer()
	client := newClient(t, s, latido.WithOutboxLimit(1))
	mustConnect(t, client)
	if _, err := client.Send(limited(t), "no name", nil); err == nil {
		t.Error("a malformed name was sent")
	}
	if _, err := client.Send(limited(t), "chat", make(chan int)); err == nil {
		t.Error("a channel was sent")
	}
	var usage *latido.UsageError
	if _, err := client.SendAsync("chat", json.RawMessage("\"\xff\"")); !errors.As(err, &usage) {
		t.Errorf("what is not UTF-8: %v", err)
	}
	_, err := client.Send(limited(t), "chat", strings.Repeat("x", 32768))
	var large *latido.FrameTooLargeError
	if !errors.As(err, &large) || large.What != "payload" || large.Bytes != 32770 {
		t.Errorf("FRAME-22: %v", err)
	}
	if _, err := client.SendAsync("chat", 1); err != nil {
		t.Error(err)
	}
	_, err = client.Send(limited(t), "chat", 2)
	var full *latido.OutboxFullError
	if !errors.As(err, &full) || full.Limit != 1 {
		t.Errorf("MSG-22: %v", err)
	}
	disconnect(t, client)
	_, err = client.Send(limited(t), "chat", 3)
	var closed *latido.ClosedError
	if !errors.As(err, &closed) || closed.Code != 1000 {
		t.Errorf("after the end: %v", err)
	}
}

func TestAContextBoundsTheWaitAlone(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	mustConnect(t, client)
	results := make(chan latido.Result, 1)
	client.OnResult(func(told latido.Result) { results <- told })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := client.Send(ctx, "chat", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Send gave %v", err)
	}
	id := s.received(t, "MESSAGE")["messageId"].(string)
	s.toClient <- `{"type":"MESSAGE_ACK","timestamp":"t","messageId":"` + id + `"}`
	if told := next(t, results); told.MessageID != id || told.Status != latido.Accepted || told.Earlier {
		t.Errorf("told %+v", told)
	}
}

func TestAConnectionThatBreaksIsMadeAgain(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	states := make(chan latido.State, 20)
	client.OnState(func(change latido.StateChange) { states <- change.State })
	mustConnect(t, client)
	s.toClient <- "break"
	want := []latido.State{latido.Connecting, latido.Connected, latido.Backoff, latido.Connecting, latido.Connected}
	for _, state := range want {
		if got := next(t, states); got != state {
			t.Errorf("LIB-4: %s, %s was wanted", got, state)
		}
	}
	if told := client.Statistics(); told.Reconnects != 1 {
		t.Errorf("LIB-11: %d reconnects", told.Reconnects)
	}
}

func TestALostStreamIsReloaded(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	ids := make(chan int64, 1)
	client.OnFullRefresh(func(_ context.Context, refresh latido.Refresh) (int64, error) {
		return refresh.LastEventID + 5, nil
	})
	client.On(latido.AnyEvent, func(_ context.Context, event latido.Event) error {
		ids <- event.EventID
		return nil
	})
	mustConnect(t, client)
	s.toClient <- `{"type":"FULL_REFRESH","timestamp":"t","stream":"orders","epoch":"e1","lastEventId":10,"reason":"history_expired"}`
	s.event(15, "order_created")
	s.event(16, "order_created")
	if id := next(t, ids); id != 16 {
		t.Errorf("REFRESH-18: %d was delivered after a snapshot that contains 15", id)
	}
}

func TestTheTraceHidesTokens(t *testing.T) {
	s := newServer()
	client := newClient(t, s, latido.WithTokenProvider(func(context.Context) (string, error) { return "secret", nil }))
	steps := make(chan string, 20)
	client.OnTrace(func(step latido.Step) {
		text, err := step.MarshalJSON()
		if err != nil {
			t.Error(err)
		}
		steps <- string(text)
	})
	mustConnect(t, client)
	if request := next(t, s.dials); request.Token != "secret" || strings.Contains(request.URL, "secret") {
		t.Errorf("CONN-6: dialled %s", request.URL)
	}
	for range 3 {
		if step := next(t, steps); strings.Contains(step, "secret") {
			t.Errorf("AUTH-20: traced %s", step)
		}
	}
}

func TestNothingIsLeftAfterDisconnect(t *testing.T) {
	before := runtime.NumGoroutine()
	s := newServer()
	client := newClient(t, s)
	client.On(latido.AnyEvent, func(ctx context.Context, _ latido.Event) error {
		<-ctx.Done()
		return ctx.Err()
	})
	mustConnect(t, client)
	s.event(1, "order_created")
	disconnect(t, client)
	limit := time.Now().Add(hang)
	for runtime.NumGoroutine() > before && time.Now().Before(limit) {
		runtime.Gosched()
	}
	if left := runtime.NumGoroutine() - before; left > 0 {
		t.Errorf("LIB-12: %d goroutines are left", left)
	}
	if err := client.Connect(limited(t)); err == nil {
		t.Error("a client came back from its end")
	}
}

func TestDisconnectEndsEverythingAlsoWhenItsContextIsOver(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	began, ended := make(chan struct{}), make(chan struct{})
	client.On(latido.AnyEvent, func(ctx context.Context, _ latido.Event) error {
		close(began)
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	})
	mustConnect(t, client)
	s.event(1, "order_created")
	next(t, began)
	over, cancel := context.WithCancel(context.Background())
	cancel()
	held := make(chan struct{})
	client.OnState(func(latido.StateChange) { <-held })
	if err := client.Disconnect(over, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("LIB-12: Disconnect answered %v", err)
	}
	close(held)
	next(t, ended)
}

func TestAStartEndsWithTheClient(t *testing.T) {
	s := newServer()
	client := newClient(t, s, latido.WithPositions(slowPositions{latido.NewMemoryPositions()}))
	connected := make(chan error, 1)
	go func() { connected <- client.Connect(context.Background()) }()
	disconnect(t, client)
	var closed *latido.ClosedError
	if err := next(t, connected); !errors.As(err, &closed) {
		t.Errorf("Connect answered %v", err)
	}
}

// slowPositions are read until nobody waits for them.
type slowPositions struct{ latido.PositionStore }

func (slowPositions) LoadPositions(ctx context.Context) ([]latido.StreamPosition, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
