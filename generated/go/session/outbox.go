package session

import "github.com/latido/latido-go/protocol"

// outboxItem is a message that has no answer.
type outboxItem struct {
	message StoredMessage
	// storing counts writes to the store that it has not confirmed.
	storing int
	// inFlight: sent on the present connection.
	inFlight bool
	// sent on any connection, as far as is known.
	sent bool
}

// outbox holds messages until they are answered, in the order of the application (MSG-1, MSG-3).
type outbox struct {
	port       *port
	bound      int
	persistent bool
	items      *ordered[*outboxItem]
	inFlight   int
	// halted: a retryable ERROR leaves it and all later ones to the next connection (MSG-31).
	halted bool
}

var outboxWindow = timer{name: timerOutboxWindow}

func newOutbox(port *port, settings *Settings) *outbox {
	o := &outbox{
		port:       port,
		bound:      settings.OutboxMessages,
		persistent: settings.PersistentOutbox,
		items:      newOrdered[*outboxItem](),
	}
	for _, message := range settings.Messages {
		o.items.set(message.MessageID, &outboxItem{message: message, sent: message.FirstSentAt != 0})
	}
	return o
}

func (o *outbox) add(input SendInput) {
	message := StoredMessage{
		MessageID: input.MessageID, Event: input.Event, Payload: input.Payload, Scope: input.Scope,
	}
	if refusal := o.refusalOf(message); refusal != nil {
		o.port.emit(RefuseEffect{MessageID: input.MessageID, Refusal: *refusal})
		return
	}
	item := &outboxItem{message: message}
	o.items.set(input.MessageID, item)
	o.pump()
	if item.storing == 0 {
		o.store(item)
	}
}

// stored: the store has answered. On a failure the message is not sent, as a restart could send it twice.
func (o *outbox) stored(input MessageStoredInput) {
	item, found := o.items.get(input.MessageID)
	if !found || item.storing == 0 {
		return
	}
	item.storing--
	if input.Problem != "" && !item.inFlight {
		o.settle(input.MessageID, SendResult{Status: Failed, Reason: "store_failed"})
	}
	o.pump()
}

func (o *outbox) connected() {
	o.halted = false
	o.expire()
	for _, item := range o.items.all() {
		o.recheck(item)
	}
	o.pump()
}

func (o *outbox) connectionLost() {
	for _, item := range o.items.all() {
		item.inFlight = false
	}
	o.inFlight = 0
	o.expire()
}

// pump sends what credit, order and the store allow.
func (o *outbox) pump() {
	if !o.port.connected() || o.halted {
		return
	}
	credit := int(o.port.announced.limits.MaxInFlightMessages) - o.inFlight // MSG-12
	blocked := false
	for _, item := range o.items.all() {
		if item.inFlight {
			continue
		}
		if credit <= 0 {
			return
		}
		credit--
		if item.message.FirstSentAt == 0 {
			item.message.FirstSentAt = o.port.now
			o.store(item) // MSG-6: before it is sent
		}
		if item.storing > 0 {
			blocked = true // MSG-3: later ones wait for it
		}
		if !blocked {
			o.send(item)
		}
	}
}

func (o *outbox) acknowledged(frame *protocol.MessageAckFrame) {
	result := SendResult{Status: Accepted}
	if frame.Stream != nil {
		result.Stream = *frame.Stream
	}
	if frame.Epoch != nil {
		result.Epoch = *frame.Epoch
	}
	if frame.EventID != nil {
		result.EventID = *frame.EventID
	}
	if frame.Duplicate != nil {
		result.Duplicate = *frame.Duplicate
	}
	o.answered(frame.MessageID, result)
}

// refused takes an ERROR that names a message.
func (o *outbox) refused(messageID string, frame *protocol.ErrorFrame) {
	switch {
	case frame.Code == protocol.ErrorCodeInternal:
		o.answered(messageID, SendResult{Status: UnknownOutcome}) // MSG-20
	case frame.Retryable:
		if o.items.has(messageID) {
			o.halted = true // MSG-31
		}
	default:
		o.answered(messageID, SendResult{Status: Failed, Reason: string(frame.Code)})
	}
}

// expire: what may no longer be sent again has an unknown outcome (MSG-4, MSG-5).
func (o *outbox) expire() {
	now, windowMs := o.port.now, o.port.announced.limits.DedupWindowMs
	nextMs := int64(-1)
	for messageID, item := range o.items.all() {
		if item.inFlight || item.message.FirstSentAt == 0 {
			continue
		}
		ageMs := now - item.message.FirstSentAt
		// an age below 0 says that the clock was set back: nothing is known about the window
		if ageMs < 0 || ageMs > windowMs {
			o.settle(messageID, SendResult{Status: UnknownOutcome})
			continue
		}
		if restMs := windowMs - ageMs + 1; nextMs < 0 || restMs < nextMs {
			nextMs = restMs
		}
	}
	if nextMs < 0 {
		o.port.timers.clear(outboxWindow)
	} else {
		o.port.timers.set(outboxWindow, now, nextMs)
	}
}

// closed: the client is over (MSG-27, MSG-28), and a persistent store keeps everything (MSG-29).
func (o *outbox) closed() {
	for messageID, item := range o.items.all() {
		result := SendResult{Status: Failed, Reason: "closed"}
		switch {
		case o.persistent:
			result = SendResult{Status: UnknownOutcome, Kept: true}
		case item.sent:
			result = SendResult{Status: UnknownOutcome}
		}
		o.port.emit(SettleEffect{MessageID: messageID, Result: result})
	}
	o.items.clear()
	o.inFlight = 0
}

func (o *outbox) answered(messageID string, result SendResult) {
	if !o.items.has(messageID) {
		o.port.trace("answer to an unknown message %s", messageID)
		return
	}
	o.settle(messageID, result)
	o.pump()
}

func (o *outbox) settle(messageID string, result SendResult) {
	if item, found := o.items.get(messageID); found && item.inFlight {
		o.inFlight--
	}
	o.items.remove(messageID)
	o.port.emit(ForgetMessageEffect{MessageID: messageID})
	o.port.emit(SettleEffect{MessageID: messageID, Result: result})
}

func (o *outbox) store(item *outboxItem) {
	item.storing++
	o.port.emit(StoreMessageEffect{Message: item.message})
}

func (o *outbox) send(item *outboxItem) {
	item.inFlight = true
	item.sent = true
	o.inFlight++
	o.port.sendText(o.encode(item.message))
}

func (o *outbox) encode(message StoredMessage) string {
	return encode(&protocol.MessageFrame{
		Timestamp: o.port.timestamp(),
		MessageID: message.MessageID,
		Event:     message.Event,
		Scope:     message.Scope,
		Payload:   message.Payload,
	})
}

// recheck: a new connection may take less than the one before (FRAME-23).
func (o *outbox) recheck(item *outboxItem) {
	tooLarge := o.tooLarge(item.message)
	if tooLarge == nil {
		return
	}
	result := SendResult{Status: Failed, Reason: string(tooLarge.Why)}
	if item.sent { // it may have been accepted
		result = SendResult{Status: UnknownOutcome}
	}
	o.settle(item.message.MessageID, result)
}

func (o *outbox) refusalOf(message StoredMessage) *Refusal {
	if o.items.has(message.MessageID) {
		return &Refusal{Why: RefusedIDInUse}
	}
	if o.items.len() >= o.bound { // MSG-22
		return &Refusal{Why: RefusedOutboxFull, Limit: int64(o.bound)}
	}
	return o.tooLarge(message)
}

// tooLarge: what does not fit never enters the outbox (FRAME-22).
func (o *outbox) tooLarge(message StoredMessage) *Refusal {
	limits := o.port.announced.limits
	if bytes := int64(len(message.Payload)); bytes > limits.MaxPayloadBytes {
		return &Refusal{Why: RefusedPayloadTooLarge, Limit: limits.MaxPayloadBytes, Bytes: bytes}
	}
	if bytes := int64(len(o.encode(message))); bytes > limits.MaxFrameBytes {
		return &Refusal{Why: RefusedFrameTooLarge, Limit: limits.MaxFrameBytes, Bytes: bytes}
	}
	return nil
}
