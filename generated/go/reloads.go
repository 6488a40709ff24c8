package latido

import (
	"context"

	"github.com/latido/latido-go/session"
)

// ReloadHandler reloads the application's state behind a stream. It answers the id that the loaded
// snapshot contains, 0 where that is unknown (REFRESH-18). It may fail, and is then called again
// (REFRESH-22).
type ReloadHandler func(ctx context.Context, refresh Refresh) (lastEventID int64, err error)

// maxEventID is 2^53-1, the highest id of any event.
const maxEventID = 1<<53 - 1

// reload runs every reload handler, and tells the lowest id that all snapshots contain.
func (c *Client) reload(effect session.ReloadEffect) {
	calls := c.reloads.all()
	done := session.ReloadedInput{Stream: effect.Refresh.Stream, ReloadID: effect.ReloadID}
	if len(calls) == 0 {
		c.submit(done)
		return
	}
	go func() {
		var failure error
		for i, each := range calls {
			id, err := each.call(c.life, effect.Refresh)
			if err == nil && (id < 0 || id > maxEventID) {
				err = usageError("a reload must answer an id from 0 to 2^53-1")
			}
			if err != nil && failure == nil {
				failure = err
			}
			if i == 0 || id < done.LastEventID {
				done.LastEventID = id
			}
		}
		if failure != nil {
			c.submit(session.ReloadFailedInput{
				Stream: done.Stream, ReloadID: done.ReloadID, Problem: problemOf(failure),
			})
			return
		}
		c.submit(done)
	}()
}
