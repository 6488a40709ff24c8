// The adapter of the Go client: driver protocol version 1 over standard input and output. It uses the
// client's public interface only, and expects nothing of it.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	latido "github.com/latido/latido-go"
)

var capabilities = []string{
	"suspend", "resume", "restart", "token", "settle", "signal", "statistics", "clock.advance",
}

var errUnsupported = errors.New("unsupported command")

// command is a line of the runner.
type command struct {
	ID  int    `json:"id"`
	Cmd string `json:"cmd"`

	// case.begin
	Seed  uint64 `json:"seed"`
	Clock string `json:"clock"`
	// send
	Key     string          `json:"key"`
	Event   string          `json:"event"`
	Payload json.RawMessage `json:"payload"`
	Scope   latido.Scope    `json:"scope"`
	// presence
	Status   latido.OwnStatus `json:"status"`
	Metadata map[string]any   `json:"metadata"`
	// token
	Token *string `json:"token"`
	// settle
	What        string `json:"what"`
	Stream      string `json:"stream"`
	Outcome     string `json:"outcome"`
	LastEventID int64  `json:"lastEventId"`
	Release     bool   `json:"release"`
	// signal
	Signal latido.Signal `json:"signal"`
	// clock.advance
	Ms     int64 `json:"ms"`
	Asleep bool  `json:"asleep"`
}

// adapter does what each line says.
type adapter struct {
	lines    *lines
	lives    []*life
	settings openArguments
	disk     *disk
	network  *network
	clock    *virtualClock
	random   func() float64

	mu    sync.Mutex
	token *string
}

func main() {
	a := &adapter{lines: newLines(os.Stdout), network: &network{}}
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			panic(err)
		}
		a.answer(line)
	}
}

// answer answers a command exactly once.
func (a *adapter) answer(line []byte) {
	var c command
	if err := json.Unmarshal(line, &c); err != nil {
		a.lines.refuse(c.ID, "usage", err.Error())
		return
	}
	members, err := a.perform(c, line)
	switch {
	case errors.Is(err, errUnsupported):
		a.lines.refuse(c.ID, "unsupported", c.Cmd)
	case err != nil:
		a.lines.refuse(c.ID, "internal", err.Error())
	default:
		a.lines.reply(c.ID, members)
	}
}

// perform carries a command to the library.
func (a *adapter) perform(c command, line []byte) (fields, error) {
	switch c.Cmd {
	case "hello":
		return fields{
			"implementation": "latido-go", "version": "0.1.0", "language": "go",
			"spec": []string{"1.0"}, "capabilities": capabilities,
		}, nil
	case "case.begin":
		a.begin(c)
		return nil, nil
	case "open":
		return nil, a.open(line)
	case "restart":
		return nil, a.restart()
	case "token":
		a.setToken(c.Token)
		return nil, nil
	case "clock.advance":
		if a.clock != nil {
			a.network.breathe()
			a.clock.advance(time.Duration(c.Ms)*time.Millisecond, c.Asleep, a.network.breathe)
		}
		return nil, nil
	case "fence":
		a.network.breathe()
		return nil, nil
	case "case.end":
		return nil, a.end()
	}
	if len(a.lives) == 0 {
		return nil, errors.New("no client is open")
	}
	return nil, a.lives[len(a.lives)-1].perform(c)
}

// perform carries a command to the client.
func (l *life) perform(c command) error {
	switch c.Cmd {
	case "send":
		l.send(c.Key, c.Event, c.Payload, c.Scope)
		return nil
	case "presence":
		return l.client.SetPresence(c.Status, c.Metadata)
	case "close":
		return l.close()
	case "suspend":
		l.client.Suspend()
		return nil
	case "resume":
		l.client.Resume()
		return nil
	case "settle":
		ended := outcome{lastEventID: c.LastEventID}
		if c.Outcome == "failed" {
			ended = outcome{err: errors.New("failed as the runner asked")}
		}
		return l.settle(heldKind{c.What, c.Stream}, ended, c.Release)
	case "signal":
		l.client.Signal(c.Signal)
		return nil
	case "statistics":
		l.reportStatistics()
		return nil
	default:
		return errUnsupported
	}
}

func (a *adapter) begin(c command) {
	a.random = locked(rand.New(rand.NewPCG(c.Seed, 0)).Float64)
	a.clock = nil
	if c.Clock == "virtual" {
		a.clock = newVirtualClock()
	}
}

func (a *adapter) open(line []byte) error {
	a.settings = openArguments{}
	if err := json.Unmarshal(line, &a.settings); err != nil {
		return err
	}
	a.disk = &disk{positions: a.settings.Positions, persistent: a.settings.Outbox == "persistent"}
	a.setToken(a.settings.Token)
	return a.live()
}

func (a *adapter) restart() error {
	dying := a.lives[len(a.lives)-1]
	a.disk = a.disk.freeze()
	go dying.die()
	return a.live()
}

func (a *adapter) live() error {
	l, err := newLife(a.settings, world{
		disk: a.disk, clock: a.clock, network: a.network, random: a.random,
		token: a.getToken, report: a.lines.event,
	})
	if err != nil {
		return err
	}
	a.lives = append(a.lives, l)
	l.connect()
	return nil
}

// end disposes of every client of the case.
func (a *adapter) end() error {
	var failures []error
	for _, each := range a.lives {
		failures = append(failures, each.die())
	}
	a.lives = nil
	return errors.Join(failures...)
}

func (a *adapter) setToken(token *string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.token = token
}

func (a *adapter) getToken() *string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.token
}

// locked is chance for clients that run side by side.
func locked(random func() float64) func() float64 {
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return random()
	}
}
