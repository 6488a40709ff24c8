package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	latido "github.com/latido/latido-go"
	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// openArguments are those of the command open.
type openArguments struct {
	URL         string                  `json:"url"`
	UserID      string                  `json:"userId"`
	DeviceID    string                  `json:"deviceId"`
	Token       *string                 `json:"token"`
	HeartbeatMs int64                   `json:"heartbeatMs"`
	StartFrom   latido.StartFrom        `json:"startFrom"`
	Positions   []latido.StreamPosition `json:"positions"`
	Listen      []string                `json:"listen"`
	Outbox      string                  `json:"outbox"`
	Hold        []string                `json:"hold"`
}

// world is what a life finds.
type world struct {
	disk    *disk
	clock   *virtualClock
	network *network
	random  func() float64
	// token is what the provider gives now; nil makes it fail.
	token  func() *string
	report func(event string, members any)
}

// life is one client from open to its end, with everything that it tells reported as driver events.
type life struct {
	client   *latido.Client
	world    world
	settings openArguments
	// groups are what the presence changes add up to.
	groups map[string]session.GroupState

	mu       sync.Mutex
	dead     bool
	keys     map[string]string
	held     []*held
	released []heldKind
}

type heldKind struct{ what, stream string }

// held is a call of the library that waits for the command settle.
type held struct {
	kind  heldKind
	ended chan outcome
}

type outcome struct {
	lastEventID int64
	err         error
}

func newLife(settings openArguments, w world) (*life, error) {
	l := &life{
		world: w, settings: settings, keys: make(map[string]string), groups: make(map[string]session.GroupState),
	}
	w.disk.beforeWrite = func() error { return l.hold("outbox", "").wait(context.Background()).err }
	options := []latido.Option{
		latido.WithPositions(w.disk),
		latido.WithOutbox(w.disk),
		latido.WithRandom(w.random),
		latido.WithHTTPClient(w.network.client()),
		latido.WithDeviceID(settings.DeviceID),
		latido.WithHeartbeat(time.Duration(settings.HeartbeatMs) * time.Millisecond),
	}
	if settings.StartFrom != "" {
		options = append(options, latido.WithStartFrom(settings.StartFrom))
	}
	if settings.Token != nil {
		options = append(options, latido.WithTokenProvider(l.provideToken))
	}
	if w.clock != nil {
		options = append(options, latido.WithClock(w.clock))
	}
	client, err := latido.New(settings.URL, settings.UserID, options...)
	if err != nil {
		return nil, err
	}
	l.client = client
	l.listen()
	return l, nil
}

func (l *life) connect() {
	go func() {
		if err := l.client.Connect(context.Background()); err != nil {
			l.report("failure", fields{"call": "connect", "error": nameOf(err)})
		}
	}()
}

func (l *life) send(key, event string, payload json.RawMessage, scope latido.Scope) {
	l.mu.Lock()
	defer l.mu.Unlock()
	failed := func(err error) {
		l.report("result", fields{"key": key, "status": "failed", "reason": nameOf(err)})
	}
	sending, err := l.client.SendAsync(event, payload, latido.ToScope(scope))
	if err != nil {
		go failed(err)
		return
	}
	l.keys[sending.MessageID] = key
	go func() {
		if _, err := sending.Wait(context.Background()); err != nil {
			failed(err)
		}
	}()
}

// settle ends the oldest held call of a kind and stream.
func (l *life) settle(kind heldKind, ended outcome, release bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if release {
		l.released = append(l.released, kind)
	}
	at := slices.IndexFunc(l.held, func(each *held) bool { return each.kind == kind })
	if at < 0 {
		return fmt.Errorf("no %s of %s is held", kind.what, kind.stream)
	}
	l.held[at].ended <- ended
	l.held = slices.Delete(l.held, at, at+1)
	return nil
}

func (l *life) reportStatistics() {
	told := l.client.Statistics()
	members := fields{
		"reconnects":        told.Reconnects,
		"duplicatesDropped": told.DuplicatesDropped,
		"gaps":              told.Gaps,
		"outboxSize":        told.OutboxSize,
	}
	if told.HeartbeatLatencyMs != nil {
		members["heartbeatLatencyMs"] = *told.HeartbeatLatencyMs
	}
	l.report("statistics", members)
}

// close disconnects for good.
func (l *life) close() error { return l.client.Disconnect(context.Background(), "") }

// die goes on without being heard: what a killed process would do is not told and not stored.
func (l *life) die() error {
	l.mu.Lock()
	l.dead = true
	for _, each := range l.held {
		each.ended <- outcome{err: errors.New("the process ended")}
	}
	l.held = nil
	l.settings.Hold = nil
	l.mu.Unlock()
	return l.client.Disconnect(context.Background(), "")
}

func (l *life) listen() {
	client := l.client
	client.OnState(func(change latido.StateChange) { l.report("state", change) })
	client.OnNotice(func(told latido.Notice) {
		l.report("notice", merged(fields{"kind": told.NoticeKind()}, told))
	})
	client.OnPresence(l.presence)
	client.OnResult(l.result)
	client.OnFullRefresh(func(ctx context.Context, refresh latido.Refresh) (int64, error) {
		call := l.hold("refresh", refresh.Stream)
		l.report("refresh", refresh)
		ended := call.wait(ctx)
		return ended.lastEventID, ended.err
	})
	names := l.settings.Listen
	if names == nil {
		names = []string{latido.AnyEvent}
	}
	for _, name := range names {
		client.On(name, l.delivered)
	}
}

func (l *life) provideToken(context.Context) (string, error) {
	l.report("token.asked", nil)
	token := l.world.token()
	if token == nil {
		return "", errors.New("the provider has no token")
	}
	return *token, nil
}

func (l *life) delivered(ctx context.Context, event latido.Event) error {
	members := fields{
		"stream":  event.Stream,
		"epoch":   event.Epoch,
		"eventId": event.EventID,
		"name":    event.Name,
		"payload": event.Payload,
	}
	if event.Scope != nil {
		members["scope"] = event.Scope
	}
	optional := fields{
		"module": event.Module, "messageId": event.MessageID,
		"publicationId": event.PublicationID, "senderId": event.SenderID,
	}
	for name, value := range optional {
		if value != "" {
			members[name] = value
		}
	}
	call := l.hold("event", event.Stream)
	l.report("delivered", members)
	return call.wait(ctx).err
}

func (l *life) presence(change latido.PresenceChange) {
	var known session.GroupState
	switch change := change.(type) {
	case session.GroupState:
		known = change
		l.groups[change.Group] = known
	case session.GroupDiff:
		known = l.groups[change.Group]
		known.MemberCount = change.MemberCount
		known.Members = slices.Clone(known.Members)
		for _, userID := range change.Leaves {
			known.Members = slices.DeleteFunc(known.Members, isOf(userID))
		}
		for _, member := range change.Updates {
			if at := slices.IndexFunc(known.Members, isOf(member.UserID)); at >= 0 {
				known.Members[at] = member
			} else {
				known.Members = append(known.Members, member)
			}
		}
		l.groups[change.Group] = known
	case session.GroupGone:
		known = session.GroupState{Group: change.Group, Scope: change.Scope}
		delete(l.groups, change.Group)
	}
	members := []any{}
	for _, member := range known.Members {
		members = append(members, member)
	}
	l.report("presence", fields{
		"group": known.Group, "scope": known.Scope, "members": members, "memberCount": known.MemberCount,
	})
}

func (l *life) result(told latido.Result) {
	l.mu.Lock()
	key, known := l.keys[told.MessageID]
	l.mu.Unlock()
	members := fields{"key": key}
	if !known {
		members = fields{"messageId": told.MessageID}
	}
	l.report("result", merged(members, told.SendResult))
}

// hold begins to wait for the command settle, where the runner holds calls of this kind. It comes before
// the call is told, as the runner may answer at once.
func (l *life) hold(what, stream string) *held {
	call := &held{kind: heldKind{what, stream}, ended: make(chan outcome, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.Contains(l.settings.Hold, what) && !slices.Contains(l.released, call.kind) {
		l.held = append(l.held, call)
	} else {
		call.ended <- outcome{}
	}
	return call
}

func (h *held) wait(ctx context.Context) outcome {
	select {
	case ended := <-h.ended:
		return ended
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	}
}

func (l *life) report(event string, members any) {
	l.mu.Lock()
	dead := l.dead
	l.mu.Unlock()
	if !dead {
		l.world.report(event, members)
	}
}

// nameOf is the name of an error's kind.
func nameOf(err error) string {
	var usage *latido.UsageError
	var closed *latido.ClosedError
	var full *latido.OutboxFullError
	var large *latido.FrameTooLargeError
	var store *latido.StoreError
	switch {
	case errors.As(err, &usage):
		return "UsageError"
	case errors.As(err, &closed):
		return "ClosedError"
	case errors.As(err, &full):
		return "OutboxFullError"
	case errors.As(err, &large):
		return "FrameTooLargeError"
	case errors.As(err, &store):
		return "StoreError"
	default:
		return err.Error()
	}
}

func isOf(userID string) func(protocol.PresenceMember) bool {
	return func(member protocol.PresenceMember) bool { return member.UserID == userID }
}
