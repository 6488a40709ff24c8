package session

import "github.com/latido/latido-go/protocol"

// PresenceChange is a change in a presence group: a [GroupState] lists everyone, a [GroupDiff] what
// changed, a [GroupGone] ends the group.
type PresenceChange interface {
	Effect
	// GroupName is the name of the group that changed.
	GroupName() string
}

// What is told of a presence group.
type (
	// GroupState is the whole of a group.
	GroupState struct {
		Group   string                    `json:"group"`
		Scope   protocol.Scope            `json:"scope"`
		Members []protocol.PresenceMember `json:"members"`
		// MemberCount is how many are present, listed or not.
		MemberCount int64 `json:"memberCount"`
		Truncated   bool  `json:"truncated"`
	}

	// GroupDiff is what changed in a group.
	GroupDiff struct {
		Group       string                    `json:"group"`
		Scope       protocol.Scope            `json:"scope"`
		Updates     []protocol.PresenceMember `json:"updates"`
		Leaves      []string                  `json:"leaves"`
		MemberCount int64                     `json:"memberCount"`
	}

	// GroupGone tells that a group is no longer the session's.
	GroupGone struct {
		Group string         `json:"group"`
		Scope protocol.Scope `json:"scope"`
	}
)

// GroupName implements [PresenceChange].
func (change GroupState) GroupName() string { return change.Group }

// GroupName implements [PresenceChange].
func (change GroupDiff) GroupName() string { return change.Group }

// GroupName implements [PresenceChange].
func (change GroupGone) GroupName() string { return change.Group }

// Kind implements [Effect].
func (GroupState) Kind() string { return "presence" }

// Kind implements [Effect].
func (GroupDiff) Kind() string { return "presence" }

// Kind implements [Effect].
func (GroupGone) Kind() string { return "presence" }

func (GroupState) effect() {}
func (GroupDiff) effect()  {}
func (GroupGone) effect()  {}
