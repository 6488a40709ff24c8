package client_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	latido "github.com/latido/latido-go"
)

// A program may try again and again to connect, each time with a limit, while the server is away for long.
func TestConnectLeavesNothingWhenItsContextEnds(t *testing.T) {
	const calls, mostBytes = 50_000, 2_000_000
	dial := func(ctx context.Context, _ latido.DialRequest) (latido.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	client, err := latido.New("ws://localhost/", "ana", latido.WithDialer(dial))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { disconnect(t, client) })
	over, end := context.WithCancel(context.Background())
	connect := func(times int) uint64 {
		for range times {
			if err := client.Connect(over); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		client.Statistics() // comes after them on the loop
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return memory.HeapAlloc
	}
	end()
	before := connect(100)
	if after := connect(calls); after > before+mostBytes {
		t.Errorf("%d calls left %d bytes", calls, after-before)
	}
}
