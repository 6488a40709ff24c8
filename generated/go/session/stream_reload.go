package session

import (
	"math"

	"github.com/latido/latido-go/protocol"
)

// Reloading: what cannot be caught up on.

func (s *stream) refresh(frame *protocol.FullRefreshFrame) {
	s.settle() // SYNC-13
	s.request.reset()
	s.port.timers.clear(s.timer(timerSyncRetry))
	s.morePages = false
	s.known.clear()                // SYNC-5
	s.kept.retainOnly(frame.Epoch) // SYNC-6
	s.machine.move(protocol.ClientStreamInputRefresh, protocol.ClientStreamStateReloading)
	if s.reload.add(frame) {
		s.startReload()
	}
}

// startReload waits for a handler that runs (STREAM-14).
func (s *stream) startReload() {
	current := s.reload.current
	if current == nil || s.reload.running() || s.busy != 0 {
		return
	}
	reloadID := s.host.nextReloadID()
	s.reload.started(reloadID)
	refresh := Refresh{
		Stream:      s.name,
		Epoch:       current.frame.Epoch,
		LastEventID: current.frame.LastEventID,
		Reason:      current.frame.Reason,
		Scope:       current.frame.Scope,
		Module:      s.module,
	}
	if refresh.Scope == nil {
		refresh.Scope = s.scope
	}
	if current.frame.Module != nil {
		refresh.Module = *current.frame.Module
	}
	s.port.counters.Refreshes++
	s.port.emit(ReloadEffect{ReloadID: reloadID, Refresh: refresh})
}

func (s *stream) reloaded(reloadID, snapshotID int64) {
	current := s.reload.current
	if current == nil || !s.reload.isRunning(reloadID) {
		return
	}
	s.adopt(current, snapshotID)
	s.port.emit(RefreshedNotice{Stream: s.name, Reason: current.frame.Reason})
	if s.reload.ended() == nil {
		s.deliver()
		s.look(protocol.ClientStreamInputReloadEnded) // SYNC-8
		return
	}
	s.machine.move(protocol.ClientStreamInputReloadEnded, protocol.ClientStreamStateReloading) // REFRESH-14
	s.startReload()
}

func (s *stream) reloadFailed(reloadID int64, problem string) {
	if !s.reload.isRunning(reloadID) {
		return
	}
	retryInMs := s.reload.failed(s.port.announced.reconnect.MaxDelayMs)
	s.port.timers.set(s.timer(timerReloadRetry), s.port.now, retryInMs)
	s.machine.move(protocol.ClientStreamInputReloadFailed, protocol.ClientStreamStateReloading)
	s.port.emit(ReloadFailedNotice{Stream: s.name, Problem: problem, RetryIn: milliseconds(retryInMs)})
}

func (s *stream) reloadAgain() {
	s.machine.move(protocol.ClientStreamInputTickReloadRetry, protocol.ClientStreamStateReloading)
	s.startReload()
}

// adopt takes epoch and id together, once the application has reloaded (REFRESH-15 to REFRESH-19).
func (s *stream) adopt(done *reload, snapshotID int64) {
	base := done.frame.LastEventID
	if done.frame.Epoch == s.epoch && !done.lowers {
		base = max(s.last, base)
	}
	if done.frame.Epoch != s.epoch {
		s.kept.dropThrough(s.epoch, math.MaxInt64)
	}
	s.epoch = done.frame.Epoch
	s.last = max(base, snapshotID)
	s.kept.dropThrough(s.epoch, s.last)
	s.reach = s.kept.runFrom(s.epoch, s.last)
	position := s.position()
	s.port.emit(StorePositionEffect{Position: position})
	s.host.processed(position) // REFRESH-20
}
