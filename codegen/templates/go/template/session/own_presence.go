package session

import "github.com/latido/latido-go/protocol"

// ownPresence is what the user shows to the others, once the application has said so (PRES-31).
type ownPresence struct {
	port    *port
	payload *protocol.PresenceUpdatePayload
}

func (o *ownPresence) set(payload protocol.PresenceUpdatePayload) {
	o.payload = &payload
	o.connected()
}

// connected repeats it: the server may have forgotten (PRES-22).
func (o *ownPresence) connected() {
	if o.payload == nil || !o.port.connected() {
		return
	}
	o.port.send(&protocol.PresenceUpdateFrame{Timestamp: o.port.timestamp(), Payload: *o.payload})
}
