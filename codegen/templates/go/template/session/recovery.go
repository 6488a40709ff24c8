package session

// recovery tells whether a connection that was lost has been made good: again connected, with nothing
// missing (LIB-8).
type recovery struct {
	port          *port
	everConnected bool
	// lostAt is when the connection was lost that has not been made good yet.
	lostAt int64
	isLost bool
}

func (r *recovery) connected() {
	if r.everConnected {
		r.port.counters.Reconnects++
	}
	r.everConnected = true
}

func (r *recovery) lost() {
	if !r.isLost {
		r.lostAt, r.isLost = r.port.now, true
	}
}

// forget: the application rests or ends the client, so there is nothing to make good.
func (r *recovery) forget() { r.isLost = false }

// look tells the recovery once nothing is missing in any stream.
func (r *recovery) look(isCurrent func() bool) {
	if !r.isLost || !r.port.connected() || !isCurrent() {
		return
	}
	r.isLost = false
	r.port.emit(RecoveredNotice{Down: milliseconds(r.port.now - r.lostAt)})
}
