package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	latido "github.com/latido/latido-go"
)

func TestFilePositionsOutliveTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "positions.json")
	ctx := context.Background()
	first := latido.StreamPosition{Stream: "a", Epoch: "e", LastEventID: 1}
	second := latido.StreamPosition{Stream: "b", Epoch: "e", LastEventID: 2}
	moved := latido.StreamPosition{Stream: "a", Epoch: "f", LastEventID: 3}
	store := latido.NewFilePositions(path)
	for _, positions := range [][]latido.StreamPosition{{first, second}, {moved}} {
		if err := store.SavePositions(ctx, positions); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := latido.NewFilePositions(path).LoadPositions(ctx)
	if want := []latido.StreamPosition{moved, second}; err != nil || !reflect.DeepEqual(loaded, want) {
		t.Errorf("%v, %v", loaded, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := latido.NewFilePositions(path).LoadPositions(ctx); err == nil {
		t.Error("a broken file was read")
	}
}

func TestFileOutboxKeepsTheOrderOfSending(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "outbox")
	ctx := context.Background()
	message := func(id string, sentAt int64) latido.StoredMessage {
		return latido.StoredMessage{
			MessageID: id, Event: "chat", Payload: json.RawMessage(`"<b> & \u003c"`), FirstSentAt: sentAt,
		}
	}
	ids := []string{
		"f19b0000-0000-4000-8000-000000000001",
		"019b0000-0000-4000-8000-000000000002",
		"a19b0000-0000-4000-8000-000000000003",
	}
	store := latido.NewFileOutbox(folder)
	for _, id := range ids {
		if err := store.SaveMessage(ctx, message(id, 0)); err != nil {
			t.Fatal(err)
		}
	}
	again := latido.NewFileOutbox(folder)
	if err := again.SaveMessage(ctx, message(ids[0], 5)); err != nil {
		t.Fatal(err)
	}
	if err := again.RemoveMessage(ctx, ids[1]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "notes.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	loaded, err := latido.NewFileOutbox(folder).LoadMessages(ctx)
	want := []latido.StoredMessage{message(ids[0], 5), message(ids[2], 0)}
	if err != nil || !reflect.DeepEqual(loaded, want) {
		t.Errorf("%v, %v", loaded, err)
	}
}

func TestFilePositionsRefuseWhatIsNoPosition(t *testing.T) {
	path := filepath.Join(t.TempDir(), "positions.json")
	for _, text := range []string{"", "{}", "null", `[null]`, `[{"stream":"a"}]`, `[{"stream":1}]`,
		`[{"stream":"a","epoch":"e","lastEventId":-1}]`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if loaded, err := latido.NewFilePositions(path).LoadPositions(context.Background()); err == nil {
			t.Errorf("%s was read as %v", text, loaded)
		}
	}
}

func TestAStoredMessageThatIsNoJSONIsRefused(t *testing.T) {
	for name, payload := range map[string]string{"not UTF-8": "\"\xff\"", "not JSON": "{", "nothing": ""} {
		outbox := latido.NewMemoryOutbox()
		message := latido.StoredMessage{
			MessageID: "019b0000-0000-4000-8000-000000000001", Event: "chat", Payload: json.RawMessage(payload),
		}
		if err := outbox.SaveMessage(context.Background(), message); err != nil {
			t.Fatal(err)
		}
		client := newClient(t, newServer(), latido.WithOutbox(outbox))
		var failed *latido.StoreError
		if err := client.Connect(limited(t)); !errors.As(err, &failed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileStoresClearTheDraftsOfAProcessThatStopped(t *testing.T) {
	folder := t.TempDir()
	id := "019b0000-0000-4000-8000-000000000002"
	drafts := []string{"at[1].json.123.tmp", "000000000000001-" + id + ".json.456.tmp"}
	others := []string{"000000000000001-" + id + ".json", "at1.json.123.tmp", "mine.tmp"}
	for _, name := range slices.Concat(drafts, others) {
		text := `{"messageId":"` + id + `","event":"chat","payload":1}`
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	if _, err := latido.NewFilePositions(filepath.Join(folder, "at[1].json")).LoadPositions(ctx); err != nil {
		t.Error(err)
	}
	if loaded, err := latido.NewFileOutbox(folder).LoadMessages(ctx); err != nil || len(loaded) != 1 {
		t.Errorf("%v, %v", loaded, err)
	}
	var left []string
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if !slices.Equal(left, others) {
		t.Errorf("the folder has %v", left)
	}
}
