package latido

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/latido/latido-go/protocol"
	"github.com/latido/latido-go/session"
)

// Option changes what a client is made with.
type Option func(*config)

// TokenProvider gives a valid token. It is called before every connection and before a token ends
// (AUTH-17, AUTH-8). One that fails is asked again later, under the usual delays (AUTH-19). The context
// ends with the client, and where the answer is no longer wanted.
type TokenProvider func(ctx context.Context) (string, error)

type config struct {
	url            *url.URL
	userID         string
	deviceID       string
	token          string
	tokenProvider  TokenProvider
	heartbeat      time.Duration
	startFrom      StartFrom
	positions      PositionStore
	outbox         OutboxStore
	httpClient     *http.Client
	dialer         Dialer
	clock          Clock
	random         func() float64
	connectTimeout time.Duration
	outboxLimit    int
	keptLimit      int
}

// WithDeviceID names this device over restarts of the process: 1 to 128 of the characters
// A-Z a-z 0-9 _ . : -. By default it is random and in memory only (SESS-12). Two running clients must not
// share one.
func WithDeviceID(deviceID string) Option { return func(c *config) { c.deviceID = deviceID } }

// WithToken sets one token. The client stops when it ends (RECON-24).
func WithToken(token string) Option { return func(c *config) { c.token = token } }

// WithTokenProvider sets what gives a token.
func WithTokenProvider(provider TokenProvider) Option {
	return func(c *config) { c.tokenProvider = provider }
}

// WithHeartbeat wishes an interval between heartbeats, 1 ms to 2^31-1 ms. The server clamps it and
// announces the result.
func WithHeartbeat(interval time.Duration) Option { return func(c *config) { c.heartbeat = interval } }

// WithStartFrom says where a stream begins that has no stored position. The default is [Latest].
func WithStartFrom(from StartFrom) Option { return func(c *config) { c.startFrom = from } }

// WithPositions says where positions are kept. The default is in memory.
func WithPositions(store PositionStore) Option { return func(c *config) { c.positions = store } }

// WithOutbox says where unanswered messages are kept. The default is in memory.
func WithOutbox(store OutboxStore) Option { return func(c *config) { c.outbox = store } }

// WithHTTPClient dials with this client, for example for its proxy or its TLS settings.
func WithHTTPClient(client *http.Client) Option { return func(c *config) { c.httpClient = client } }

// WithDialer opens connections in place of WebSockets.
func WithDialer(dialer Dialer) Option { return func(c *config) { c.dialer = dialer } }

// WithClock sets time. The default is the platform's.
func WithClock(clock Clock) Option { return func(c *config) { c.clock = clock } }

// WithRandom sets chance, uniform in [0, 1). It is called by one goroutine at a time.
func WithRandom(random func() float64) Option { return func(c *config) { c.random = random } }

// WithConnectTimeout bounds the time from dialling to CONNECT, 1 ms to 2^31-1 ms. The default is 10 s
// (CONN-20).
func WithConnectTimeout(timeout time.Duration) Option {
	return func(c *config) { c.connectTimeout = timeout }
}

// WithOutboxLimit bounds the messages that may wait for an answer, 1 to 1 000 000. The default is 1 000
// (MSG-22).
func WithOutboxLimit(messages int) Option { return func(c *config) { c.outboxLimit = messages } }

// WithKeptEventsLimit bounds the events kept for one stream while they cannot be delivered, 1 to
// 1 000 000. The default is 1 000 (STREAM-9).
func WithKeptEventsLimit(events int) Option { return func(c *config) { c.keptLimit = events } }

const (
	idRule    = "must be 1 to 128 of the characters A-Z a-z 0-9 _ . : -"
	tokenRule = "must be visible characters of ASCII, without spaces"
)

var (
	safeID = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,128}$`)
	// visible is what a header carries.
	visible = regexp.MustCompile(`^[!-~]+$`)
	uuid    = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)
)

func newConfig(address, userID string, options []Option) (*config, error) {
	c := &config{
		userID:         userID,
		startFrom:      Latest,
		random:         rand.Float64,
		connectTimeout: protocol.DefaultConnectTimeoutMs * time.Millisecond,
		outboxLimit:    protocol.DefaultOutboxMessages,
		keptLimit:      protocol.DefaultKeptEvents,
	}
	for _, option := range options {
		option(c)
	}
	if err := c.check(address); err != nil {
		return nil, err
	}
	if c.positions == nil {
		c.positions = NewMemoryPositions()
	}
	if c.outbox == nil {
		c.outbox = NewMemoryOutbox()
	}
	if c.dialer == nil {
		c.dialer = webSocketDialer(c.httpClient)
	}
	if c.clock == nil {
		c.clock = newSystemClock()
	}
	return c, nil
}

// check names the option and its bound.
func (c *config) check(address string) error {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "ws" && parsed.Scheme != "wss" || parsed.Host == "" {
		return usageError("the URL must be an address that begins with ws:// or wss://")
	}
	if parsed.Fragment != "" {
		return usageError("the URL must not have a fragment (#)")
	}
	c.url = parsed
	switch {
	case !safeID.MatchString(c.userID):
		return usageError("the user id %s", idRule)
	case c.deviceID != "" && !safeID.MatchString(c.deviceID):
		return usageError("the device id %s", idRule)
	case c.token != "" && c.tokenProvider != nil:
		return usageError("pass either a token or a token provider")
	case c.token != "" && !visible.MatchString(c.token):
		return usageError("the token %s", tokenRule)
	case c.startFrom != Latest && c.startFrom != Acked && c.startFrom != Earliest:
		return usageError("the client starts from Latest, Acked or Earliest")
	case c.heartbeat != 0 && !isWait(c.heartbeat):
		return usageError("the heartbeat interval must be 1 to %d ms", protocol.DefaultMaxWaitMs)
	case !isWait(c.connectTimeout):
		return usageError("the connect timeout must be 1 to %d ms", protocol.DefaultMaxWaitMs)
	case c.outboxLimit < protocol.MinOutboxMessages || c.outboxLimit > protocol.MaxOutboxMessages:
		return usageError("the outbox limit must be %d to %d", protocol.MinOutboxMessages, protocol.MaxOutboxMessages)
	case c.keptLimit < protocol.MinKeptEvents || c.keptLimit > protocol.MaxKeptEvents:
		return usageError("the limit of kept events must be %d to %d", protocol.MinKeptEvents, protocol.MaxKeptEvents)
	default:
		return nil
	}
}

// isWait tells whether a duration is one that every platform's timers keep, in whole milliseconds.
func isWait(wait time.Duration) bool {
	return wait >= time.Millisecond && wait.Milliseconds() <= protocol.DefaultMaxWaitMs
}

// settings are those of the session, once the stores are read.
func (c *config) settings(positions []StreamPosition, messages []StoredMessage) session.Settings {
	settings := session.Settings{
		UserID:           c.userID,
		DeviceID:         c.deviceID,
		FirstAttempt:     1,
		HeartbeatMs:      c.heartbeat.Milliseconds(),
		StartFrom:        c.startFrom,
		Token:            c.token,
		HasTokenProvider: c.tokenProvider != nil,
		Positions:        positions,
		Messages:         messages,
		PersistentOutbox: c.outbox.Persistent(),
		ConnectTimeoutMs: c.connectTimeout.Milliseconds(),
		OutboxMessages:   c.outboxLimit,
		KeptEvents:       c.keptLimit,
	}
	if c.deviceID == "" {
		settings.DeviceID = newUUID() // SESS-12
	} else {
		// CONN-4: a lasting device id has had lower numbers in earlier processes, whose time was earlier
		settings.FirstAttempt = c.clock.Now().UnixMilli()
	}
	return settings
}
