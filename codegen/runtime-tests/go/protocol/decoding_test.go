package protocol_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/latido/latido-go/protocol"
)

const position = `"stream":"s","epoch":"e","lastEventId":1`

func refusalOf(t *testing.T, text string) *protocol.DecodeError {
	t.Helper()
	frame, err := protocol.DecodeClientFrame([]byte(text))
	var refusal *protocol.DecodeError
	if !errors.As(err, &refusal) {
		t.Fatalf("%s became %v, %v", text, frame, err)
	}
	return refusal
}

func TestAFaultNamesTheMemberAndTheBound(t *testing.T) {
	for _, row := range []struct{ text, path, problem string }{
		{`{"type":"ACK","streams":[]}`, "/streams", "streams must have at least 1 item"},
		{`{"type":"ACK","streams":[{"stream":"s"}]}`, "/streams/0", "streams.0 lacks the member epoch"},
		{`{"type":"ACK","streams":[7]}`, "/streams/0", "streams.0 must be an object"},
		{`{"type":"DISCONNECT","reason":null}`, "/reason", "reason must be a string"},
		{`{"type":"PRESENCE_UPDATE","payload":{"status":"busyy"}}`, "/payload/status", "payload.status must be one of online, away, busy"},
		{`[]`, "", "the frame must be an object"},
		{`{}`, "", "the frame lacks the member type"},
		{`{"type":7}`, "/type", "type must be a string"},
		{`{`, "", "the text is not JSON"},
	} {
		refusal := refusalOf(t, row.text)
		if refusal.Path != row.path || refusal.Problem != row.problem {
			t.Errorf("%s: %q %q", row.text, refusal.Path, refusal.Problem)
		}
	}
}

func TestNotJSONIsToldFromABrokenBound(t *testing.T) {
	if !errors.Is(refusalOf(t, "{"), protocol.ErrNotJSON) || errors.Is(refusalOf(t, "{}"), protocol.ErrNotJSON) {
		t.Error("ErrNotJSON stands for texts that are not JSON, and for those alone")
	}
}

// The value is the sender's: it stands in no error.
func TestNoErrorHoldsTheValue(t *testing.T) {
	for _, text := range []string{
		`{"type":"MESSAGE","messageId":"secret","event":"a","payload":1}`,
		`{"type":"PRESENCE_UPDATE","payload":{"status":"secret"}}`,
		`{"type":"ACK","streams":"secret"}`,
	} {
		if refusal := refusalOf(t, text); strings.Contains(refusal.Error(), "secret") {
			t.Error(refusal)
		}
	}
}

func TestAbsentIsNotNull(t *testing.T) {
	for _, text := range []string{`{"type":"HEARTBEAT"}`, `{"type":"HEARTBEAT","timestamp":null}`} {
		frame, err := protocol.DecodeClientFrame([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if written, err := protocol.EncodeFrame(frame); err != nil || string(written) != text {
			t.Errorf("%s was written as %s, %v", text, written, err)
		}
	}
}

// FRAME-8, FRAME-12: unknown types and values are no errors.
func TestWhatANewerPeerSendsIsKept(t *testing.T) {
	text := `{"type":"FROM_2099","more":[1]}`
	frame, err := protocol.DecodeServerFrame([]byte(text))
	unknown, ok := frame.(*protocol.UnknownFrame)
	if err != nil || !ok || unknown.Type != "FROM_2099" || string(unknown.Raw) != text {
		t.Errorf("%v, %v", frame, err)
	}
	if frame, _ := protocol.DecodeServerFrame([]byte(`{"type":"HEARTBEAT"}`)); frame.FrameType() != "HEARTBEAT" {
		t.Errorf("%v", frame)
	}
	frame, err = protocol.DecodeServerFrame([]byte(
		`{"type":"FULL_REFRESH","timestamp":"t",` + position + `,"reason":"from_2099","newer":{}}`))
	if refresh, ok := frame.(*protocol.FullRefreshFrame); err != nil || !ok || refresh.Reason != "from_2099" || refresh.Reason.Known() {
		t.Errorf("%v, %v", frame, err)
	}
}

func TestWhatWasDecodedSharesNoMemoryWithTheText(t *testing.T) {
	text := []byte(`{"type":"MESSAGE","messageId":"0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10","event":"a","payload":{"a":1}}`)
	frame, err := protocol.DecodeClientFrame(text)
	if err != nil {
		t.Fatal(err)
	}
	clear(text)
	message := frame.(*protocol.MessageFrame)
	if string(message.Payload) != `{"a":1}` || message.Event != "a" {
		t.Errorf("%s, %s", message.Payload, message.Event)
	}
}

func TestTheStandardLibraryDecodesWithEveryBoundToo(t *testing.T) {
	var place protocol.StreamPosition
	if err := json.Unmarshal([]byte(`{`+position+`}`), &place); err != nil || place.LastEventID != 1 {
		t.Errorf("%v, %v", place, err)
	}
	var refusal *protocol.DecodeError
	if err := json.Unmarshal([]byte(`{"Stream":"s","epoch":"e","lastEventId":1}`), &place); !errors.As(err, &refusal) {
		t.Errorf("%v", err)
	}
	if text, err := json.Marshal(place); err != nil || string(text) != `{`+position+`}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestABodyIsDecoded(t *testing.T) {
	response, err := protocol.DecodeWebhookResponse([]byte(`{"outcome":"refuse","code":"forbidden"}`))
	if err != nil || response.Outcome != protocol.WebhookOutcomeRefuse || *response.Code != "forbidden" || response.Message != nil {
		t.Errorf("%v, %v", response, err)
	}
}

func TestARawMemberThatIsNotJSONIsNotWritten(t *testing.T) {
	if _, err := protocol.EncodeFrame(&protocol.MessageFrame{Payload: []byte("{")}); !errors.Is(err, protocol.ErrNotJSON) {
		t.Errorf("%v", err)
	}
}

func TestCloseCodesSayWhatAClientDoes(t *testing.T) {
	for code, rule := range map[protocol.CloseCode]protocol.ReconnectRule{
		protocol.CloseNormal:         protocol.ReconnectStopIfAsked,
		protocol.CloseServerDraining: protocol.ReconnectBackoffSpread,
		protocol.CloseUnauthorized:   protocol.ReconnectFreshTokenOnce,
		4099:                         protocol.ReconnectBackoff,
		4150:                         protocol.ReconnectToken,
		4999:                         protocol.ReconnectStop,
		3000:                         protocol.ReconnectBackoff,
	} {
		if code.Reconnect() != rule {
			t.Errorf("%d: %s", code, code.Reconnect())
		}
	}
}

func TestMachinesIgnoreWhatTheyDoNotList(t *testing.T) {
	m := protocol.ClientConnection
	if moves := m.Moves(m.Initial(), protocol.ClientConnectionInputConnect); len(moves) == 0 {
		t.Error("nothing leads out of the first state")
	}
	for _, state := range m.States() {
		for _, input := range m.Inputs() {
			if moves := m.Moves(state, input); m.IsFinal(state) && len(moves) > 0 {
				t.Errorf("%s leads out of %s", input, state)
			}
		}
	}
}
