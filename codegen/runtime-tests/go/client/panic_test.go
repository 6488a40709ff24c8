package client_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"testing"

	latido "github.com/latido/latido-go"
)

// inChild is set in the process that a test starts of itself.
const inChild = "LATIDO_TEST_CHILD"

// STREAM-17 is about errors. A panic is a defect, and a program with one does not go on in silence.
func TestAPanicOfAHandlerEndsTheProgramWithItsStack(t *testing.T) {
	if os.Getenv(inChild) != "" {
		s := newServer()
		client := newClient(t, s)
		client.On(latido.AnyEvent, func(context.Context, latido.Event) error { panic("no paper") })
		mustConnect(t, client)
		s.event(1, "order_created")
		<-limited(t).Done()
		return
	}
	child := exec.CommandContext(limited(t), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), inChild+"=1")
	var told bytes.Buffer
	child.Stderr = &told
	if err := child.Run(); err == nil {
		t.Error("the program went on")
	}
	for _, want := range []string{"panic: no paper", "panic_test.go:"} {
		if !bytes.Contains(told.Bytes(), []byte(want)) {
			t.Errorf("%q is missing in what was told: %s", want, told.Bytes())
		}
	}
}

// A server recovers what its request handlers panic with, and they may well loop over events.
func TestALoopThatIsLeftByAPanicLetsTheStreamGoOn(t *testing.T) {
	s := newServer()
	client := newClient(t, s)
	ids := make(chan int64, 2)
	events := client.Events(limited(t), "order_created")
	client.On(latido.AnyEvent, func(_ context.Context, event latido.Event) error {
		ids <- event.EventID
		return nil
	})
	mustConnect(t, client)
	s.event(1, "order_created")
	s.event(2, "order_created")
	func() {
		defer func() {
			if problem := recover(); problem != "no paper" {
				t.Errorf("the loop ended with %v", problem)
			}
		}()
		for range events {
			panic("no paper")
		}
	}()
	for want := range int64(2) {
		if id := next(t, ids); id != want+1 {
			t.Errorf("event %d came, %d was awaited", id, want+1)
		}
	}
}
