package session

// knownHead is the newest place that any frame has named for a stream (SYNC-1).
type knownHead struct {
	// epoch is empty where nothing is known.
	epoch   string
	eventID int64
}

// see notes a place. One of the position's own epoch does not hide a known one of another epoch: only an
// answer to a request may say that the other was nothing (SYNC-5, SYNC-7).
func (k *knownHead) see(epoch string, eventID int64, ownEpoch string) {
	if epoch == k.epoch {
		k.eventID = max(k.eventID, eventID)
		return
	}
	if k.epoch != "" && k.epoch != ownEpoch && epoch == ownEpoch {
		return
	}
	k.epoch, k.eventID = epoch, eventID
}

func (k *knownHead) clear() { k.epoch = "" }

// clearUnless forgets a place of another epoch than this one (SYNC-7).
func (k *knownHead) clearUnless(epoch string) {
	if k.epoch != epoch {
		k.clear()
	}
}

// isBeyond tells whether there is more than what reaches up to this place.
func (k *knownHead) isBeyond(epoch string, reach int64) bool {
	if k.epoch == "" {
		return false
	}
	return k.epoch != epoch || k.eventID > reach
}
