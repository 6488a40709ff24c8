package client_test

import (
	"context"
	"errors"
	"testing"
	"time"

	latido "github.com/latido/latido-go"
	"github.com/latido/latido-go/session"
)

// slowStore is read until its context is over.
type slowStore struct {
	latido.PositionStore
	reading chan struct{}
}

func (s slowStore) LoadPositions(ctx context.Context) ([]latido.StreamPosition, error) {
	close(s.reading)
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAContextBoundsTheWaitForAnotherStart(t *testing.T) {
	store := slowStore{latido.NewMemoryPositions(), make(chan struct{})}
	client := newClient(t, newServer(), latido.WithPositions(store))
	first := make(chan error, 1)
	go func() { first <- client.Connect(context.Background()) }()
	next(t, store.reading)
	ctx, cancel := context.WithCancel(context.Background())
	second := make(chan error, 1)
	go func() { second <- client.Connect(ctx) }()
	cancel()
	if err := next(t, second); !errors.Is(err, context.Canceled) {
		t.Errorf("the second call answers %v", err)
	}
	disconnect(t, client)
	var closed *latido.ClosedError
	if err := next(t, first); !errors.As(err, &closed) {
		t.Errorf("the first call answers %v", err)
	}
}

func TestATokenProviderHearsThatItsAnswerIsNotWanted(t *testing.T) {
	asked := make(chan context.Context, 100)
	provider := func(ctx context.Context) (string, error) {
		asked <- ctx
		<-ctx.Done()
		return "", ctx.Err()
	}
	client := newClient(t, newServer(), latido.WithTokenProvider(provider),
		latido.WithConnectTimeout(time.Millisecond), latido.WithRandom(func() float64 { return 1 }))
	go func() { _ = client.Connect(limited(t)) }()
	first := next(t, asked)
	next(t, asked) // the next attempt asks anew
	next(t, first.Done())
	if client.State() == latido.Closed {
		t.Error("the client is over")
	}
}

func TestATokenThatNoHeaderCarriesIsAFailure(t *testing.T) {
	notices := make(chan session.TokenFailedNotice, 100)
	provider := func(context.Context) (string, error) { return "secret\n", nil }
	client := newClient(t, newServer(), latido.WithTokenProvider(provider))
	client.OnNotice(func(told latido.Notice) {
		if failed, ok := told.(session.TokenFailedNotice); ok {
			notices <- failed
		}
	})
	go func() { _ = client.Connect(limited(t)) }()
	want := "latido: the token must be visible characters of ASCII, without spaces"
	if got := next(t, notices); got.Problem != want {
		t.Errorf("AUTH-20: told %q", got.Problem)
	}
}
