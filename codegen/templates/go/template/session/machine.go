package session

import (
	"fmt"

	"github.com/latido/latido-go/protocol"
)

// Move is a row of a lifecycle table that was taken.
type Move struct {
	// Machine is "clientConnection" or "clientStream".
	Machine string
	// Subject is the name of the stream; empty for the connection.
	Subject         string
	From, Input, To string
}

// machine is one machine of spec/lifecycle.yaml at work: its state changes only along a row of its table
// (LIB-15).
type machine[State, Input ~string] struct {
	table *protocol.Machine[State, Input]
	state State
	// moved is told of every move, before it has effects.
	moved func(from State, input Input, to State)
}

func newMachine[State, Input ~string](
	table *protocol.Machine[State, Input], moved func(from State, input Input, to State),
) *machine[State, Input] {
	return &machine[State, Input]{table: table, state: table.Initial(), moved: moved}
}

// accepts tells whether the table lists this input in the present state; the others are ignored.
func (m *machine[State, Input]) accepts(input Input) bool {
	return len(m.table.Moves(m.state, input)) > 0
}

// move takes the row that leads to a state. It panics where the table has no such row, which is a defect
// of this library and never a peer's doing.
func (m *machine[State, Input]) move(input Input, to State) {
	for _, row := range m.table.Moves(m.state, input) {
		if row.To == to {
			m.moved(m.state, input, to)
			m.state = to
			return
		}
	}
	panic(fmt.Sprintf("latido: the lifecycle table has no move from %s by %s to %s", m.state, input, to))
}

// stay takes the row that leaves the state as it is.
func (m *machine[State, Input]) stay(input Input) { m.move(input, m.state) }
