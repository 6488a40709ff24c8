// Command exchange is one side of the exchange: a client of the starter contract, as a team writes it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"
	"sync"

	"example.test/my-events"
	"example.test/my-events/protocol"
	"example.test/my-events/session"
)

// told guards the output: handlers of two streams run side by side.
var told sync.Mutex

// tell prints what was seen.
func tell(what map[string]any) {
	told.Lock()
	defer told.Unlock()
	if err := json.NewEncoder(os.Stdout).Encode(what); err != nil {
		log.Fatal(err)
	}
}

// awaited is whom the program still has to hear of.
type awaited struct {
	mu       sync.Mutex
	names    map[string]bool
	once     sync.Once
	complete chan struct{}
}

func (a *awaited) saw(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if delete(a.names, name); len(a.names) == 0 {
		a.once.Do(func() { close(a.complete) })
	}
}

func main() {
	url, name, others := os.Args[1], os.Args[2], os.Args[3]
	waiting := &awaited{names: map[string]bool{"order": true}, complete: make(chan struct{})}
	for _, other := range strings.Split(others, ",") {
		waiting.names[other] = true
	}
	client, err := myevents.New(url, name, myevents.WithStartFrom(myevents.Earliest))
	if err != nil {
		log.Fatal(err)
	}
	myevents.OnChatMessage(client, func(_ context.Context, event myevents.TypedEvent[protocol.ChatMessage]) error {
		tell(map[string]any{"heard": event.Payload.Text, "from": event.SenderID})
		waiting.saw(event.SenderID)
		return nil
	})
	myevents.OnOrderCreated(client, func(_ context.Context, event myevents.TypedEvent[protocol.OrderCreated]) error {
		tell(map[string]any{"order": event.Payload.OrderID, "cents": event.Payload.TotalCents})
		waiting.saw("order")
		return nil
	})
	client.OnNotice(func(notice myevents.Notice) {
		if invalid, ok := notice.(session.InvalidEventNotice); ok {
			tell(map[string]any{"invalid": invalid.Event, "problem": invalid.Problem})
		}
	})
	ctx := context.Background()
	if err := client.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	tell(map[string]any{"ready": true})
	talk(ctx, client, name)
	<-waiting.complete
	if err := client.Disconnect(ctx, ""); err != nil {
		log.Fatal(err)
	}
}

// talk tries what the contract does not allow, and then says one line.
func talk(ctx context.Context, client *myevents.Client, name string) {
	demo := myevents.ToScope(myevents.Scope{"place": "demo"})
	_, err := client.Send(ctx, "chat_message", map[string]any{"text": 7}, demo)
	tell(map[string]any{"refused": fmt.Sprint(err)})
	_, err = client.Send(ctx, "order_created", protocol.OrderCreated{OrderID: "o-1"}, demo)
	tell(map[string]any{"refused": fmt.Sprint(err)})
	if _, err := myevents.SendChatMessage(ctx, client, protocol.ChatMessage{Text: "hello from " + name}, demo); err != nil {
		log.Fatal(err)
	}
}
