package session

import (
	"errors"
	"strings"

	"github.com/latido/latido-go/protocol"
)

// receive takes a text message of the present connection to the parts that it concerns.
func (s *Session) receive(text string) {
	s.port.counters.FramesReceived++
	s.heartbeat.received() // LIVE-3, even where it cannot be read
	frame, err := decodeFrame(text)
	if err != nil {
		s.port.counters.InvalidFrames++
		problem := problemOf(err)
		s.port.trace("frame ignored: %s", problem) // FRAME-27
		s.port.emit(RemoteProtocolErrorNotice{Problem: problem})
		return
	}
	if unknown, ok := frame.(*protocol.UnknownFrame); ok {
		s.port.trace("frame of unknown type %s ignored", unknown.Type) // FRAME-8
		return
	}
	s.takeFrame(frame)
}

func problemOf(err error) string {
	var fault *protocol.DecodeError
	if !errors.As(err, &fault) {
		return err.Error()
	}
	if fault.Path == "" {
		return "frame: " + fault.Problem
	}
	return fault.Path + ": " + fault.Problem
}

func (s *Session) takeFrame(frame protocol.ServerFrame) {
	input := inputOf(frame)
	if !s.connection.machine.accepts(input) {
		s.port.trace("%s ignored while %s", frame.FrameType(), s.connection.state())
		return
	}
	// CONNECT and DISCONNECT say themselves where the connection goes
	switch frame := frame.(type) {
	case *protocol.ConnectFrame:
		s.takeConnect(frame)
	case *protocol.ServerDisconnectFrame:
		s.connection.announceEnd(frame)
	default:
		s.connection.machine.stay(input)
		s.dispatch(frame)
	}
}

func (s *Session) dispatch(frame protocol.ServerFrame) {
	switch frame := frame.(type) {
	case *protocol.ErrorFrame:
		s.takeError(frame)
	case *protocol.TokenRefreshedFrame: // AUTH-14: modules and streams of the new token
		s.token.lives(&frame.Token)
		s.peers.renewed()
		s.streams.refreshed(frame.Streams)
		s.acks.compare(frame.Streams)
	case *protocol.HeartbeatAckFrame:
		s.heartbeat.acked()
		s.streams.heartbeatAcknowledged(frame.Streams, s.heartbeat.acknowledged)
	case *protocol.EventFrame:
		s.streams.event(frame)
	case *protocol.SyncFrame:
		s.streams.page(frame)
	case *protocol.FullRefreshFrame:
		s.streams.refresh(frame)
	case *protocol.MessageAckFrame:
		s.outbox.acknowledged(frame)
	case *protocol.PresenceStateFrame:
		s.peers.state(frame)
	case *protocol.PresenceDiffFrame:
		s.peers.diff(frame)
	case *protocol.PongFrame: // nothing beyond the sign of life
	}
}

func (s *Session) takeConnect(frame *protocol.ConnectFrame) {
	if s.connection.state() != protocol.ClientConnectionStateConnecting {
		s.connection.machine.stay(protocol.ClientConnectionInputFrameConnect) // CONN-19: a second one is ignored
		return
	}
	if !strings.HasPrefix(frame.ProtocolVersion, "1.") { // CONN-28
		reason := "the server speaks version " + frame.ProtocolVersion
		s.connection.giveUp(protocol.ClientConnectionInputEnded, protocol.CloseUnsupportedVersion, reason)
		return
	}
	s.port.announced = announcedBy(frame) // CONN-22
	s.connection.connected()
	s.adopt(frame)
}

// adopt starts anew what belongs to a connection, presence first, for the others to see soon.
func (s *Session) adopt(frame *protocol.ConnectFrame) {
	s.recovery.connected()
	s.heartbeat.connected()
	s.token.lives(frame.Token)
	s.presence.connected()
	s.peers.renewed()
	s.streams.connected(frame.Streams)
	s.streams.flush()
	s.acks.compare(frame.Streams)
	s.outbox.connected()
}

func (s *Session) takeError(frame *protocol.ErrorFrame) {
	s.port.emit(serverError(frame))
	switch {
	case frame.MessageID != nil:
		s.outbox.refused(*frame.MessageID, frame)
	case frame.Stream != nil:
		s.streams.refused(*frame.Stream, frame)
	case frame.Code == protocol.ErrorCodeUnauthorized:
		s.token.refused()
	}
}
