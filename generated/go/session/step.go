package session

import (
	"encoding/json"
	"strings"

	"github.com/latido/latido-go/protocol"
)

// Step is one step of a session: the line of a trace. The same inputs at the same times, with the same
// chances, give the same effects and deadlines in a session of the same settings.
type Step struct {
	// Now is the time of the input, in milliseconds since 1970.
	Now   int64
	Input Input
	// Chances are what chance gave, uniform in [0, 1), in the order in which it was drawn.
	Chances []float64
	Effects []Effect
	// Deadline is when the session next wants a tick, 0 where it waits for nothing.
	Deadline int64
}

// Step handles an input, and tells all of it.
func (s *Session) Step(input Input, now int64) Step {
	step := Step{Now: now, Input: input, Effects: s.Handle(input, now), Chances: s.Chances()}
	step.Deadline, _ = s.Deadline()
	return step
}

const hiddenToken = "[token]"

// WithoutTokens is the step for a log (AUTH-20).
func (s Step) WithoutTokens() Step {
	if input, ok := s.Input.(TokenInput); ok {
		input.Token = hiddenToken
		s.Input = input
	}
	effects := make([]Effect, len(s.Effects))
	for i, effect := range s.Effects {
		effects[i] = withoutToken(effect)
	}
	s.Effects = effects
	return s
}

func withoutToken(effect Effect) Effect {
	switch effect := effect.(type) {
	case OpenEffect:
		if effect.Token != "" {
			effect.Token = hiddenToken
		}
		return effect
	case SendEffect:
		if !strings.HasPrefix(effect.Text, `{"type":"TOKEN_REFRESH"`) {
			return effect
		}
		frame, err := protocol.DecodeClientFrame([]byte(effect.Text))
		if offer, ok := frame.(*protocol.TokenRefreshFrame); ok && err == nil {
			offer.Token = hiddenToken
			effect.Text = encode(offer)
		}
		return effect
	default:
		return effect
	}
}

// MarshalJSON writes the step with the names of the contract: traces of every language read alike.
func (s Step) MarshalJSON() ([]byte, error) {
	told := struct {
		Now      int64             `json:"now"`
		Input    json.RawMessage   `json:"input"`
		Chances  []float64         `json:"chances,omitempty"`
		Effects  []json.RawMessage `json:"effects"`
		Deadline int64             `json:"deadline,omitempty"`
	}{Now: s.Now, Chances: s.Chances, Effects: []json.RawMessage{}, Deadline: s.Deadline}
	var err error
	if told.Input, err = named("type", s.Input.Kind(), s.Input); err != nil {
		return nil, err
	}
	for _, effect := range s.Effects {
		text, err := effectJSON(effect)
		if err != nil {
			return nil, err
		}
		told.Effects = append(told.Effects, text)
	}
	return json.Marshal(told)
}

func effectJSON(effect Effect) (json.RawMessage, error) {
	var inner json.RawMessage
	var err error
	switch effect := effect.(type) {
	case StateChange:
		inner, err = json.Marshal(effect)
	case Notice:
		inner, err = named("kind", effect.NoticeKind(), effect)
	case GroupState:
		inner, err = named("kind", "state", effect)
	case GroupDiff:
		inner, err = named("kind", "diff", effect)
	case GroupGone:
		inner, err = named("kind", "gone", effect)
	default:
		return named("type", effect.Kind(), effect)
	}
	if err != nil {
		return nil, err
	}
	return named("type", effect.Kind(), map[string]json.RawMessage{effect.Kind(): inner})
}

// named writes a value that is an object, with its name as the first member.
func named(member, name string, value any) (json.RawMessage, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	first := `{"` + member + `":"` + name + `"`
	if string(text) == "{}" {
		return json.RawMessage(first + "}"), nil
	}
	return json.RawMessage(first + "," + string(text[1:])), nil
}
