package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/config"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/safemath"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// reloadEvery is how often the certificate's files are looked at.
const reloadEvery = time.Minute

// open listens where the configuration says.
func open(ctx context.Context, c config.Config, log *slog.Logger) (f service.Front, err error) {
	if c.Listen.OverTCP() {
		if f.TLS, err = settings(c.TLS, log); err != nil {
			return f, err
		}
	}
	if f.GRPC, err = listen(ctx, "listen.grpc", c.Listen.GRPC, c.Listen, log); err != nil {
		return f, err
	}
	if f.HTTP, err = listen(ctx, "listen.http", c.Listen.HTTP, c.Listen, log); err != nil && f.GRPC != nil {
		err = errors.Join(err, f.GRPC.Close())
	}
	return f, err
}

// listen opens one address; none gives no listener.
func listen(ctx context.Context, key, address string, c config.Listen, log *slog.Logger) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	path, socket := config.Socket(address)
	if !socket {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		return l, nil
	}
	users, err := c.UserIDs()
	if err != nil {
		return nil, err
	}
	me, err := safemath.To[uint32](os.Getuid())
	if err != nil {
		return nil, err
	}
	l, err := httpx.ListenUnix(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return service.AllowUsers(l, log, append(users, me)...)
}

// settings are what TLS shows and whom it answers.
func settings(c config.TLS, log *slog.Logger) (*tls.Config, error) {
	shown, err := tlsconf.NewReloader(tlsconf.ReloadConfig{CertFile: c.CertFile, KeyFile: c.KeyFile, Interval: reloadEvery, Now: service.System{}.Now,
		Report: func(leaf *x509.Certificate, err error) {
			if err != nil {
				log.Error("certificate", "error", err, "shown_until", leaf.NotAfter)
				return
			}
			log.Info("certificate", "until", leaf.NotAfter)
		}})
	if err != nil {
		return nil, fmt.Errorf("tls.cert_file: %w", err)
	}
	s := tlsconf.ServerConfig{Identity: shown, Now: service.System{}.Now}
	if c.ClientRoots != "" {
		if s.Roots, err = tlsconf.RootsFile(c.ClientRoots); err != nil {
			return nil, fmt.Errorf("tls.client_roots: %w", err)
		}
	}
	for _, text := range c.ClientPins {
		p, err := tlsconf.ParsePin(text)
		if err != nil {
			return nil, fmt.Errorf("tls.client_pins: %w", err)
		}
		s.Pins = append(s.Pins, p)
	}
	return tlsconf.NewServer(s)
}
