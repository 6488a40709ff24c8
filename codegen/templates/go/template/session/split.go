package session

import "github.com/latido/latido-go/protocol"

// maxPositions bounds the positions of one frame; no session has more streams.
const maxPositions = 256

// splitPositions makes as few groups as keep every frame within maxFrameBytes (ACK-10). A single position
// always makes a group, since nothing smaller can be sent. The envelope is the frame around an empty list.
func splitPositions(
	positions []protocol.StreamPosition, envelope protocol.ClientFrame, maxFrameBytes int64,
) (groups [][]protocol.StreamPosition) {
	envelopeBytes := len(encode(envelope))
	var group []protocol.StreamPosition
	bytes := envelopeBytes
	for _, position := range positions {
		size := positionSize(position) + 1
		if len(group) > 0 && (int64(bytes+size) > maxFrameBytes || len(group) == maxPositions) {
			groups = append(groups, group)
			group, bytes = nil, envelopeBytes
		}
		group = append(group, position)
		bytes += size
	}
	if len(group) > 0 {
		groups = append(groups, group)
	}
	return groups
}

// positionSize is the size of a position in JSON.
func positionSize(position protocol.StreamPosition) int {
	text, err := position.MarshalJSON()
	if err != nil {
		panic(err) // it holds texts and a number
	}
	return len(text)
}
