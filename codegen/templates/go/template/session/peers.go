package session

import (
	"slices"

	"github.com/latido/latido-go/protocol"
)

// Group is what the client knows of one presence group.
type Group struct {
	Group string
	Scope protocol.Scope
	// Members are those listed, in the order in which they came.
	Members []protocol.PresenceMember
	// MemberCount is how many are present, listed or not.
	MemberCount int64
	Truncated   bool
}

type knownGroup struct {
	scope       protocol.Scope
	members     *ordered[protocol.PresenceMember]
	memberCount int64
	truncated   bool
	// epoch and version are those that members are at. A new connection or list makes them unsure, and
	// then the epoch is empty.
	epoch   string
	version int64
}

// maxQuestions is how often a question that was not answered is asked before the group counts as gone.
const maxQuestions = 3

// peers is who else is present, by group.
type peers struct {
	port   *port
	groups *ordered[*knownGroup]
	// awaited are groups that should be heard of, with the number of questions asked since the last word.
	awaited   *ordered[int]
	questions *ordered[struct{}]
}

func newPeers(port *port) *peers {
	return &peers{
		port:      port,
		groups:    newOrdered[*knownGroup](),
		awaited:   newOrdered[int](),
		questions: newOrdered[struct{}](),
	}
}

// known is a copy of what is known of every group.
func (p *peers) known() map[string]Group {
	groups := make(map[string]Group, p.groups.len())
	for name, known := range p.groups.all() {
		group := Group{
			Group: name, Scope: known.scope, MemberCount: known.memberCount, Truncated: known.truncated,
		}
		for _, member := range known.members.all() {
			group.Members = append(group.Members, member)
		}
		groups[name] = group
	}
	return groups
}

// renewed: after a new connection or a new token, a group that is still the session's will be heard of.
// One that is not is asked for in time, and at last counts as gone.
func (p *peers) renewed() {
	for group := range p.groups.all() {
		if !p.awaited.has(group) {
			p.await(group, 0)
		}
	}
}

func (p *peers) connectionLost() {
	for group := range p.awaited.all() {
		p.port.timers.clear(timer{timerPresenceTimeout, group})
	}
	p.awaited.clear()
	p.questions.clear()
	for _, known := range p.groups.all() {
		known.epoch = "" // PRES-13
	}
}

// state replaces everything, whatever its version (PRES-6).
func (p *peers) state(frame *protocol.PresenceStateFrame) {
	known := &knownGroup{
		scope:       frame.Scope,
		members:     newOrdered[protocol.PresenceMember](),
		memberCount: frame.MemberCount,
		truncated:   frame.Truncated != nil && *frame.Truncated,
		epoch:       frame.Epoch,
		version:     frame.Version,
	}
	for _, member := range frame.Members {
		known.members.set(member.UserID, member)
	}
	p.settle(frame.Group)
	p.groups.set(frame.Group, known)
	p.port.emit(GroupState{
		Group:       frame.Group,
		Scope:       frame.Scope,
		Members:     slices.Clone(frame.Members),
		MemberCount: frame.MemberCount,
		Truncated:   known.truncated,
	})
}

func (p *peers) diff(frame *protocol.PresenceDiffFrame) {
	known, found := p.groups.get(frame.Group)
	switch {
	case !found || known.epoch != frame.Epoch:
		p.ask(frame.Group) // PRES-9
	case frame.Version > known.version && frame.BaseVersion > known.version:
		p.ask(frame.Group) // PRES-9
	default:
		if asked, awaited := p.awaited.get(frame.Group); awaited && asked == 0 {
			p.settle(frame.Group)
		}
		if frame.Version > known.version {
			p.apply(known, frame) // PRES-7, else PRES-8
		}
	}
}

// timedOut: no state came in time. Asks again, or gives the group up.
func (p *peers) timedOut(group string) {
	asked, _ := p.awaited.get(group)
	if asked < maxQuestions {
		p.await(group, asked+1)
		p.questions.set(group, struct{}{})
		return
	}
	p.awaited.remove(group)
	known, found := p.groups.get(group)
	if !found {
		return
	}
	p.groups.remove(group)
	p.port.emit(GroupGone{Group: group, Scope: known.scope})
}

// flush sends what this input made due.
func (p *peers) flush() {
	if p.questions.len() == 0 {
		return
	}
	var groups []string
	for group := range p.questions.all() {
		groups = append(groups, group)
	}
	p.questions.clear()
	p.port.send(&protocol.RequestPresenceFrame{Timestamp: p.port.timestamp(), Groups: groups})
}

func (p *peers) apply(known *knownGroup, frame *protocol.PresenceDiffFrame) {
	for _, userID := range frame.Leaves {
		known.members.remove(userID)
	}
	for _, member := range frame.Updates {
		known.members.set(member.UserID, member)
	}
	known.memberCount = frame.MemberCount
	known.version = frame.Version
	p.port.emit(GroupDiff{
		Group:       frame.Group,
		Scope:       known.scope,
		Updates:     slices.Clone(frame.Updates),
		Leaves:      slices.Clone(frame.Leaves),
		MemberCount: frame.MemberCount,
	})
}

// ask asks one question for a group at a time (PRES-10).
func (p *peers) ask(group string) {
	if asked, _ := p.awaited.get(group); asked > 0 {
		return
	}
	p.await(group, 1)
	p.questions.set(group, struct{}{})
}

func (p *peers) await(group string, asked int) {
	p.awaited.set(group, asked)
	timeout := timer{timerPresenceTimeout, group}
	p.port.timers.set(timeout, p.port.now, protocol.DefaultRequestPresenceTimeoutMs)
}

func (p *peers) settle(group string) {
	p.awaited.remove(group)
	p.port.timers.clear(timer{timerPresenceTimeout, group})
}
