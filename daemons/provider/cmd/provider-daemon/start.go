package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	provider "github.com/virtengine/virtengine/daemons/provider"
	"github.com/virtengine/virtengine/daemons/provider/admin"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/config"
	"github.com/virtengine/virtengine/daemons/provider/gateway"
	"github.com/virtengine/virtengine/daemons/provider/store"
	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/redact"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// stopWithin bounds the orderly end.
const stopWithin = 30 * time.Second

func (a *app) start() *cobra.Command {
	return &cobra.Command{Use: "start", Short: "Run the daemon", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := a.valid()
		if err != nil {
			return err
		}
		log, err := logger(c.Log)
		if err != nil {
			return err
		}
		return serve(cmd.Context(), c, log)
	}}
}

func logger(c config.Log) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		return nil, err
	}
	o := &slog.HandlerOptions{Level: level}
	var to slog.Handler = slog.NewTextHandler(os.Stderr, o)
	if c.Format == "json" {
		to = slog.NewJSONHandler(os.Stderr, o)
	}
	masked, err := redact.Handler(to) // whatever comes along, no secret of it is written
	return slog.New(masked), err
}

// serve opens everything, fails fast where something is missing, and works until ctx ends.
func serve(ctx context.Context, c config.Config, log *slog.Logger) (err error) {
	closing := func(what string, close func() error) {
		if e := close(); e != nil {
			err = errors.Join(err, fmt.Errorf("close %s: %w", what, e))
		}
	}
	state, err := store.Open(store.Options{Dir: c.State.Home, MinFreeBytes: c.State.MinFreeBytes, SyncWrites: c.State.SyncWrites})
	if err != nil {
		return err
	}
	defer closing("state", state.Close)
	chain, err := connect(c.Chain, log)
	if err != nil {
		return err
	}
	defer closing("chain", chain.pool.Close)
	if err := chain.check(ctx); err != nil {
		return err
	}
	machine, err := openBackend(c)
	if err != nil {
		return err
	}
	defer closing("backend", machine.Close)
	if _, err := machine.Inventory(ctx); err != nil {
		return fmt.Errorf("backend: %w; see `provider-daemon backend check`", err)
	}
	metrics := prometheus.NewRegistry()
	metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	boot, err := bootID()
	if err != nil {
		return err
	}
	d, err := provider.New(provider.Deps{Config: c, Provider: chain.provider, Store: state, Chain: chain.queries, Sender: chain.sender, Blocks: chain.blocks,
		Backend: machine, Clock: clock.System{}, Log: log, Metrics: metrics, Boot: boot})
	if err != nil {
		return err
	}
	operators, err := admin.New(d, metrics, log)
	if err != nil {
		return err
	}
	parts := []func(context.Context) error{d.Run, func(ctx context.Context) error { return operators.Serve(ctx, c.State.Home, c.Admin.Listen) }}
	if c.Gateway.Listen != "" {
		tenants, listener, err := openGateway(c, chain, d, machine, log)
		if err != nil {
			return err
		}
		parts = append(parts, func(ctx context.Context) error { return tenants.Serve(ctx, listener) })
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, part := range parts {
		g.Go(func() error { return part(ctx) })
	}
	log.Info("started", "provider", chain.provider, "chain", c.Chain.ID, "home", c.State.Home, "version", Version)
	ended := make(chan error, 1)
	go func() { ended <- g.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping", "within", stopWithin)
	late, stop := clock.System{}.After(stopWithin)
	defer stop()
	select {
	case err := <-ended:
		log.Info("stopped")
		if errors.Is(err, errStopped) || errors.Is(err, context.Canceled) {
			return nil // as it was asked to
		}
		return err
	case <-late:
		return fmt.Errorf("not everything ended within %s; it is taken up at the next start", stopWithin)
	}
}

// openGateway makes the tenants' gateway and its listener.
func openGateway(c config.Config, chain *link, d *provider.Daemon, machine backend.Backend, log *slog.Logger) (*gateway.Gateway, net.Listener, error) {
	pair, err := keyPair(c, chain.provider)
	if err != nil {
		return nil, nil, err
	}
	der, err := pair.DER()
	if err != nil {
		return nil, nil, err
	}
	if err := d.PublishCertificate(der); err != nil {
		return nil, nil, err
	}
	tokens, err := authn.NewVerifier(chain.provider, chain.tenants, clock.System{}.Now)
	if err != nil {
		return nil, nil, err
	}
	g, err := gateway.New(gateway.Deps{ChainID: c.Chain.ID, Provider: chain.provider, Version: Version, Tenants: d.Leases, Leases: chain.tenants, Tokens: tokens,
		Backend: machine, KeyPair: pair, Now: clock.System{}.Now, Log: log, Grace: stopWithin / 2})
	if err != nil {
		return nil, nil, err
	}
	l, err := net.Listen("tcp", c.Gateway.Listen)
	if err != nil {
		return nil, nil, fmt.Errorf("gateway.listen: %w", err)
	}
	log.Info("gateway", "address", l.Addr().String())
	return g, l, nil
}

// maxPEM bounds the files of a certificate and its key, in bytes.
const maxPEM = 64 << 10

// certificateLife of one we make ourselves. It is made anew when it is about to end.
const certificateLife = 365 * 24 * time.Hour

// keyPair reads the operator's certificate, or makes one and keeps it in the state folder, where it can be published from.
func keyPair(c config.Config, provider string) (tlsconf.KeyPair, error) {
	cert, key := c.Gateway.CertFile, c.Gateway.KeyFile
	if cert == "" {
		cert, key = filepath.Join(c.State.Home, "gateway.crt"), filepath.Join(c.State.Home, "gateway.key")
	}
	certPEM, err := paths.ReadFile(cert, maxPEM)
	if c.Gateway.CertFile == "" && errors.Is(err, fs.ErrNotExist) {
		return newKeyPair(cert, key, provider)
	}
	if err != nil {
		return tlsconf.KeyPair{}, fmt.Errorf("gateway certificate: %w", err)
	}
	keyPEM, err := paths.ReadSecretFile(key, maxPEM)
	if err != nil {
		return tlsconf.KeyPair{}, fmt.Errorf("gateway key: %w", err)
	}
	pair := tlsconf.KeyPair{CertPEM: certPEM, KeyPEM: keyPEM}
	tls, err := pair.TLS()
	if err != nil {
		return tlsconf.KeyPair{}, err
	}
	if c.Gateway.CertFile == "" && (clock.System{}).Now().After(tls.Leaf.NotAfter.Add(-certificateLife/12)) {
		return newKeyPair(cert, key, provider)
	}
	return pair, nil
}

func newKeyPair(cert, key, provider string) (tlsconf.KeyPair, error) {
	pair, err := tlsconf.SelfSigned(provider, nil, clock.System{}.Now(), certificateLife, entropy.Reader())
	if err != nil {
		return pair, err
	}
	if err := paths.WriteFile(key, pair.KeyPEM, paths.Private); err != nil {
		return pair, err
	}
	return pair, paths.WriteFile(cert, pair.CertPEM, paths.PublicFile) // last: without it both are made anew
}

func bootID() (string, error) {
	raw, err := entropy.Bytes(8)
	return hex.EncodeToString(raw), err
}
