package session

import (
	"math"

	"github.com/latido/latido-go/protocol"
)

// advice is what a DISCONNECT said about the return. It binds the next attempt only (RECON-5).
type advice struct {
	retryAfterMs, spreadMs int64
}

// retryDelay is the wait before the n-th retry in a row, n from 0 (RECON-1). Chance is drawn in this
// order: jitter, spread (if there is one), first spread (after a stable connection).
//
// The conversions to float64 keep products from being fused with sums: every platform computes alike.
func retryDelay(
	n int, reconnect protocol.ReconnectSettings, told advice, afterStable bool, random func() float64,
) int64 {
	doubled := doubling(reconnect.BaseDelayMs, n, reconnect.MaxDelayMs)
	delay := max(jittered(doubled, reconnect.Jitter, random), float64(told.retryAfterMs))
	delay += uniform(told.spreadMs, random)
	if afterStable {
		delay += uniform(reconnect.FirstSpreadMs, random) // RECON-3
	}
	return wholeWait(delay)
}

// circuitRest is the rest of an open circuit, no shorter than a retryAfterMs that binds it (RECON-12).
func circuitRest(reconnect protocol.ReconnectSettings, told advice, random func() float64) int64 {
	rest := jittered(reconnect.CircuitRestMs, reconnect.Jitter, random)
	return wholeWait(max(rest, float64(told.retryAfterMs)))
}

// adviceOf is what holds for the next attempt, given a DISCONNECT (if one came) and whether the code that
// was decided on says that the server drains (RECON-6).
func adviceOf(disconnect *protocol.ServerDisconnectFrame, draining bool) advice {
	const drainSpreadMs = protocol.DefaultDrainSpreadMs
	var told advice
	if disconnect != nil && disconnect.RetryAfterMs != nil {
		told.retryAfterMs = clampWait(*disconnect.RetryAfterMs)
	}
	switch {
	case disconnect != nil && disconnect.SpreadMs != nil:
		told.spreadMs = clampWait(*disconnect.SpreadMs)
	case draining:
		told.spreadMs = drainSpreadMs
	case disconnect != nil && disconnect.RetryAfterMs != nil:
		told.spreadMs = max(drainSpreadMs, told.retryAfterMs)
	}
	return told
}

// doubling is first · 2^k, bounded.
func doubling(first int64, k int, bound int64) int64 {
	for range k {
		if first >= bound {
			break
		}
		first *= 2
	}
	return min(first, bound)
}

// jittered takes a share away, which is at most jitter.
func jittered(waitMs int64, jitter float64, random func() float64) float64 {
	share := float64(jitter * random())
	return float64(float64(waitMs) * (1 - share))
}

func uniform(boundMs int64, random func() float64) float64 {
	if boundMs <= 0 {
		return 0
	}
	return float64(float64(boundMs) * random())
}

// wholeWait rounds up, so that no attempt comes before its time.
func wholeWait(waitMs float64) int64 { return clampWait(int64(math.Ceil(waitMs))) }
