package session

import (
	"math"

	"github.com/latido/latido-go/protocol"
)

// refreshJitter is the share by which chance moves a refresh earlier at most (AUTH-8).
const refreshJitter = 0.1

// tokenRefresh renews the token of a running session, in band. Only with a token provider.
type tokenRefresh struct {
	port        *port
	hasProvider bool
	// requests numbers the provider's questions below 0, where no generation is.
	requests int64
	// request is the question that is open, 0 for none.
	request int64
	// offered: TOKEN_REFRESH is sent and not answered (AUTH-9).
	offered  bool
	failures int
}

var (
	tokenTimer   = timer{name: timerTokenRefresh}
	tokenTimeout = timer{name: timerTokenTimeout}
)

// lives: CONNECT or TOKEN_REFRESHED tells how long the token lives.
func (t *tokenRefresh) lives(life *protocol.TokenLife) {
	t.stop()
	if life == nil || !t.hasProvider {
		return
	}
	dueMs := max(float64(life.ExpiresInMs)/2, float64(life.ExpiresInMs-life.RefreshLeadMs))
	share := float64(refreshJitter * t.port.random())
	t.port.timers.set(tokenTimer, t.port.now, int64(math.Floor(dueMs*(1-share))))
}

// due: it is time to ask the provider.
func (t *tokenRefresh) due(timeoutMs int64) {
	t.requests--
	t.request = t.requests
	t.port.timers.set(tokenTimeout, t.port.now, timeoutMs)
	t.port.emit(RequestTokenEffect{RequestID: t.request, Purpose: ForRefresh})
}

func (t *tokenRefresh) awaits(requestID int64) bool {
	return t.request != 0 && t.request == requestID
}

func (t *tokenRefresh) received(token string) {
	t.request = 0
	t.port.timers.clear(tokenTimeout)
	t.failures = 0
	t.offered = true
	t.port.send(&protocol.TokenRefreshFrame{Timestamp: t.port.timestamp(), Token: token})
}

// failed: try again while the session lives (AUTH-19).
func (t *tokenRefresh) failed(problem string) {
	t.request = 0
	t.port.timers.clear(tokenTimeout)
	maxDelayMs := t.port.announced.reconnect.MaxDelayMs
	t.port.timers.set(tokenTimer, t.port.now, doubling(protocol.DefaultBaseDelayMs, t.failures, maxDelayMs))
	t.failures++
	t.port.emit(TokenFailedNotice{Problem: problem})
}

// refused: the server takes no offered token, and the session lives to its expiry.
func (t *tokenRefresh) refused() { t.offered = false }

func (t *tokenRefresh) stop() {
	t.request = 0
	t.offered = false
	t.failures = 0
	t.port.timers.clear(tokenTimer)
	t.port.timers.clear(tokenTimeout)
}
