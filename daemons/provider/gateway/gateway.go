// Package gateway is where tenants reach their leases: manifests, status, logs, events and shells over TLS 1.3.
//
// Guarantee: every route about a lease needs a token signed by the account that owns the lease on chain, with the scope
// that the route table names. When the chain cannot be asked, the answer is no. Answers about a lease come from durable
// state, so a restart loses no route. The words of the protocol are in chain/client/gateway.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/ratelimit"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// Limits of one gateway.
const (
	maxBody      = 1 << 20          // bytes of a request: a manifest's limit
	maxStreams   = 16               // log and shell streams per lease at once
	streamLife   = 12 * time.Hour   // longest stream
	shellIdle    = 15 * time.Minute // a shell without traffic ends
	writeTimeout = 10 * time.Second // one message to a slow client
	burst        = 1000             // requests of one address at once
	perSecond    = 50               // and for long
	addresses    = 100_000          // that are told apart
	cacheLife    = 5 * time.Second  // how old an answer of the chain may be
)

// Party is what the chain says about a lease.
type Party struct {
	Owner    string // the tenant, bech32
	Provider string // bech32
}

// Leases asks the chain who a lease belongs to. It fails with lease.ErrUnknownLease where there is none.
type Leases interface {
	Party(ctx context.Context, leaseID uint64) (Party, error)
}

// Deps is what a gateway needs. All of it is needed.
type Deps struct {
	ChainID  string
	Provider string // our address, bech32
	Version  string
	Tenants  lease.Tenants
	Leases   Leases
	Tokens   *authn.Verifier
	Backend  backend.Backend
	KeyPair  tlsconf.KeyPair
	Now      func() time.Time
	Log      *slog.Logger
	Grace    time.Duration // for requests under way when serving ends
}

// Gateway serves tenants.
type Gateway struct {
	deps    Deps
	parties *cache
	streams *streams
	http    *httpx.Server
}

// New returns a gateway that does not listen yet.
func New(d Deps) (*Gateway, error) {
	switch {
	case d.ChainID == "" || d.Provider == "":
		return nil, errors.New("gateway: needs the chain's id and the provider's address")
	case d.Tenants == nil || d.Leases == nil || d.Tokens == nil || d.Backend == nil || d.Now == nil || d.Log == nil:
		return nil, errors.New("gateway: needs tenants, leases, tokens, a backend, a clock and a log")
	}
	conf, err := tlsconf.Server(d.KeyPair)
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	conf.NextProtos = []string{"http/1.1"} // streams are WebSockets, which need it
	g := &Gateway{deps: d, parties: newCache(d.Leases, d.Now), streams: &streams{open: map[uint64]int{}}}
	handler, err := g.handler()
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	// A tenant's tools ask in bursts; nobody needs more than the rate for long.
	limits, err := ratelimit.New(ratelimit.Config{Burst: burst, Every: time.Second / perSecond, Keys: addresses, Now: d.Now})
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if handler, err = limits.Middleware(ratelimit.RemoteKey, handler); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	g.http, err = httpx.NewServer(httpx.ServerConfig{Handler: handler, Log: d.Log, Entropy: entropy.Reader(), TLS: conf, MaxBody: maxBody, Grace: d.Grace})
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return g, nil
}

// Serve answers on l until ctx ends, then finishes what is under way for at most the grace.
func (g *Gateway) Serve(ctx context.Context, l net.Listener) error {
	if err := g.http.Serve(ctx, l); err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	return nil
}
