package protocol

// CloseCode is the code of a close frame.
type CloseCode int

// ReconnectRule is what a client does after an end of its connection.
type ReconnectRule string

// What a client does after an end of its connection.
const (
	// ReconnectStop ends the client.
	ReconnectStop ReconnectRule = "stop"

	// ReconnectStopIfAsked ends the client where the application asked for the end, and else backs off.
	ReconnectStopIfAsked ReconnectRule = "stop_if_asked"

	// ReconnectBackoff waits, longer after every failure in a row.
	ReconnectBackoff ReconnectRule = "backoff"

	// ReconnectBackoffSpread backs off, spread over the time that the server asked for.
	ReconnectBackoffSpread ReconnectRule = "backoff_spread"

	// ReconnectToken asks for a token at once.
	ReconnectToken ReconnectRule = "token"

	// ReconnectFreshTokenOnce tries once with a fresh token, and then ends the client.
	ReconnectFreshTokenOnce ReconnectRule = "fresh_token_once"
)

// ErrorRule is one code of an ERROR. Where several apply, the lowest precedence is answered.
type ErrorRule struct {
	Code              string
	Precedence        int
	Retryable         bool
	CountsAsViolation bool
}

// Move is one move of a machine. Where a state and an input have several, When tells them apart, for
// people.
type Move[S, I ~string] struct {
	From    S
	Input   I
	To      S
	Effects []string
	When    string
}

// Machine is a machine as a table: a state and an input without a move are ignored.
type Machine[S, I ~string] struct {
	initial S
	final   []S
	states  []S
	inputs  []I
	moves   map[S]map[I][]Move[S, I]
}

// Initial gives the state that the machine begins in.
func (m *Machine[S, I]) Initial() S { return m.initial }

// IsFinal tells whether no input leads out of a state.
func (m *Machine[S, I]) IsFinal(state S) bool {
	for _, final := range m.final {
		if final == state {
			return true
		}
	}
	return false
}

// States gives every state.
func (m *Machine[S, I]) States() []S { return append([]S(nil), m.states...) }

// Inputs gives every input.
func (m *Machine[S, I]) Inputs() []I { return append([]I(nil), m.inputs...) }

// Moves gives the moves that an input has in a state; none where it is ignored there.
func (m *Machine[S, I]) Moves(from S, input I) []Move[S, I] { return m.moves[from][input] }

func newMachine[S, I ~string](initial S, final, states []S, inputs []I, moves []Move[S, I]) *Machine[S, I] {
	machine := &Machine[S, I]{initial, final, states, inputs, make(map[S]map[I][]Move[S, I], len(states))}
	for _, state := range states {
		machine.moves[state] = map[I][]Move[S, I]{}
	}
	for _, move := range moves {
		machine.moves[move.From][move.Input] = append(machine.moves[move.From][move.Input], move)
	}
	return machine
}
