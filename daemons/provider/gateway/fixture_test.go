package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/stretchr/testify/require"

	wire "github.com/virtengine/virtengine/chain/client/gateway"
	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/tlsconf"
)

const (
	us      = "ve1provider"
	alice   = "ve1alice" // owns lease 7
	mallory = "ve1mallory"
)

var errAway = errors.New("no node answers")

// chain knows keys and owners, unless it is away. It counts how often it was asked for an owner.
type chain struct {
	mu    sync.Mutex
	keys  map[string]cryptotypes.PubKey
	away  bool
	asked int
}

func (c *chain) set(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
}

func (c *chain) PublicKey(_ context.Context, address string) (cryptotypes.PubKey, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if key, ok := c.keys[address]; ok && !c.away {
		return key, nil
	}
	return nil, errAway
}

func (c *chain) Party(_ context.Context, id uint64) (Party, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	switch {
	case c.away:
		return Party{}, errAway
	case id == 7 || id == 8:
		return Party{Owner: alice, Provider: us}, nil
	case id == 9:
		return Party{Owner: alice, Provider: "ve1other"}, nil
	}
	return Party{}, fmt.Errorf("%w: %d", lease.ErrUnknownLease, id)
}

// tenants holds one lease's manifest; lease 8 is closed.
type tenants struct {
	mu    sync.Mutex
	group *manifest.Group
	puts  int
}

func (d *tenants) PutManifest(_ context.Context, id uint64, g manifest.Group) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if id == 8 {
		return lease.ErrLeaseClosed
	}
	want, err := webGroup().Hash()
	if err != nil {
		return err
	}
	sent, err := g.Hash()
	if err != nil {
		return err
	}
	if sent != want {
		return &lease.WrongHash{LeaseID: id, OnChain: want[:], Sent: sent[:]}
	}
	d.group = &g
	d.puts++
	return nil
}

func (d *tenants) Manifest(context.Context, uint64) (manifest.Group, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.group == nil {
		return manifest.Group{}, lease.ErrNoManifest
	}
	return *d.group, nil
}

func (d *tenants) Status(_ context.Context, id uint64) (lease.Status, error) {
	return lease.Status{LeaseID: id, State: "active", Generation: 3, Observed: &backend.Observed{
		State:    backend.StateRunning,
		Services: []backend.Service{{Name: "web", Desired: 1, Ready: 1, Endpoints: []backend.Endpoint{{Port: 80, Protocol: manifest.TCP, Address: "198.51.100.1:30000"}}}},
	}, Usage: lease.UsageStatus{Gaps: []lease.Gap{{From: noon, To: noon.Add(time.Minute)}}},
		Queue: []lease.QueueItem{{Kind: "observe", Status: "pending", Attempts: 2, Error: "backend is unavailable"}}}, nil
}

func webGroup() manifest.Group {
	return manifest.Group{Name: "anywhere", Services: []manifest.Service{{
		Name: "web", Image: "local/web", Count: 1, Restart: manifest.RestartAlways,
		Resources:   manifest.Resources{CPUMilli: 100, MemoryBytes: 64 << 20},
		Credentials: &manifest.Credentials{Host: "registry.example", Username: "alice", Password: "hunter2"},
	}}}
}

// machine prints, remembers and runs: what a backend offers beside the port.
type machine struct {
	backend.Backend
	mu      sync.Mutex
	running int // streams
}

func (m *machine) Logs(ctx context.Context, l backend.Lease, q backend.LogQuery, yield func(backend.LogLine) error) error {
	m.mu.Lock()
	m.running++
	m.mu.Unlock()
	lines := []string{"one", "two", "three"}
	if q.Tail > 0 {
		lines = lines[len(lines)-q.Tail:]
	}
	for _, text := range lines {
		if err := yield(backend.LogLine{Service: "web", At: noon, Stream: "stdout", Text: text}); err != nil {
			return err
		}
	}
	if q.Follow {
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

func (m *machine) Events(_ context.Context, l backend.Lease, since time.Time) ([]backend.Event, error) {
	if l != (backend.Lease{ChainID: "ve-test", ID: 7, Provider: us, Owner: alice}) {
		return nil, fmt.Errorf("asked for %+v", l)
	}
	return []backend.Event{{At: since.Add(time.Second), Kind: "started", Message: "up"}}, nil
}

// Exec knows a few programs: what it is told decides what it answers.
func (m *machine) Exec(ctx context.Context, _ backend.Lease, e backend.Exec) (int, error) {
	if e.Service != "web" {
		return 0, fmt.Errorf("%w: service %q", backend.ErrNotFound, e.Service)
	}
	switch e.Command[0] {
	case "fail":
		_, err := io.WriteString(e.Stderr, "no\n")
		return 3, err
	case "cat":
		_, err := io.Copy(e.Stdout, e.Stdin)
		return 0, err
	case "size":
		select {
		case size := <-e.Resize:
			_, err := fmt.Fprintf(e.Stdout, "%dx%d", size.Columns, size.Rows)
			return 0, err
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	_, err := io.WriteString(e.Stdout, strings.Join(e.Command, " "))
	return 0, err
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// fixture is a gateway on loopback, at noon.
type fixture struct {
	t       *testing.T
	gateway *Gateway
	url     string
	chain   *chain
	tenants *tenants
	machine *machine
	keys    map[string]*secp256k1.PrivKey
	pin     []byte
	mu      sync.Mutex
	clock   time.Time
	stop    func() error
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, tenants: &tenants{}, machine: &machine{}, chain: &chain{keys: map[string]cryptotypes.PubKey{}}, keys: map[string]*secp256k1.PrivKey{}, clock: noon}
	for _, who := range []string{alice, mallory} {
		f.keys[who] = secp256k1.GenPrivKey()
		f.chain.keys[who] = f.keys[who].PubKey()
	}
	pair, err := tlsconf.SelfSigned(us, nil, noon.Add(-time.Hour), 24*time.Hour, rand.Reader)
	require.NoError(t, err)
	f.pin, err = pair.DER()
	require.NoError(t, err)
	tokens, err := authn.NewVerifier(us, f.chain, f.now)
	require.NoError(t, err)
	f.gateway, err = New(Deps{
		ChainID: "ve-test", Provider: us, Version: "test", Tenants: f.tenants, Leases: f.chain, Tokens: tokens,
		Backend: f.machine, KeyPair: pair, Now: f.now, Log: slog.New(slog.DiscardHandler), Grace: 5 * time.Second,
	})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f.url = "https://" + l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.gateway.Serve(ctx, l) }()
	f.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { require.NoError(t, f.stop()) })
	return f
}

func (f *fixture) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.clock
}

func (f *fixture) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock = f.clock.Add(d)
}

// as returns a client of somebody, with tokens for an audience and scopes.
func (f *fixture) as(who, audience string, scopes ...authn.Scope) *wire.Client {
	f.t.Helper()
	conf, err := tlsconf.Pinned(f.now, f.pin)
	require.NoError(f.t, err)
	c, err := wire.New(wire.Config{URL: f.url, TLS: conf, Token: func() (string, error) {
		return authn.Issue(f.keys[who].Sign, who, audience, []authn.Grant{{Scopes: scopes}}, f.now(), 10*time.Minute, rand.Reader)
	}})
	require.NoError(f.t, err)
	f.t.Cleanup(c.Close)
	return c
}

// alice is the owner with every scope.
func (f *fixture) alice() *wire.Client { return f.as(alice, us, authn.AllScopes()...) }

// code returns the stable code of a refusal.
func code(err error) string {
	var refused *wire.Refused
	if errors.As(err, &refused) {
		return refused.Code
	}
	return fmt.Sprint(err)
}
