// Package config is everything an operator of inference-service can set, once, in one typed struct. Main reads it from flags,
// environment and file; the parts get their own piece of it.
package config

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// ErrInvalid says that a setting cannot be used. The error names the setting.
var ErrInvalid = errors.New("invalid configuration")

// Config is the whole configuration. Every setting can be given by file, by environment variable VE_INFERENCE_<SECTION>_<KEY>, and by
// flag --<section>.<key>.
type Config struct {
	Packs    Packs    `mapstructure:"packs"`
	Listen   Listen   `mapstructure:"listen"`
	TLS      TLS      `mapstructure:"tls"`
	Limits   Limits   `mapstructure:"limits"`
	Pipeline Pipeline `mapstructure:"pipeline"`
	Log      Log      `mapstructure:"log"`
}

// Packs says which models, and by whose word.
type Packs struct {
	Files     []string `mapstructure:"files" help:"model packs, .vepack files or unpacked folders, by absolute path"`
	Keys      string   `mapstructure:"keys" help:"PEM file of the publishers' public keys"`
	Threshold int64    `mapstructure:"threshold" help:"how many of these keys must have signed each pack"`
	Pinned    []string `mapstructure:"pinned" help:"ids of the packs that must be there, and no others, as governance names them; empty: any that is signed"`
}

// Listen says where requests come in.
type Listen struct {
	GRPC  string        `mapstructure:"grpc" help:"unix:/ABSOLUTE/PATH or HOST:PORT of gRPC; empty: no gRPC"`
	HTTP  string        `mapstructure:"http" help:"unix:/ABSOLUTE/PATH or HOST:PORT of HTTP, health and metrics; empty: no HTTP"`
	Users []string      `mapstructure:"users" help:"numbers of further users whose processes may connect to the sockets; ours always may"`
	Grace time.Duration `mapstructure:"grace" help:"how long requests that run may go on when the service is stopped"`
}

// TLS says what is shown on HOST:PORT, and to whom.
type TLS struct {
	CertFile    string   `mapstructure:"cert_file" help:"PEM file of the certificate, looked at again every minute"`
	KeyFile     string   `mapstructure:"key_file" help:"PEM file of its key, which only its owner may read"`
	ClientRoots string   `mapstructure:"client_roots" help:"PEM file of the authorities of clients' certificates"`
	ClientPins  []string `mapstructure:"client_pins" help:"pins of clients' certificates (cert-sha256:...) or keys (spki-sha256:...)"`
}

// Limits bound requests.
type Limits struct {
	RequestBytes int64         `mapstructure:"request_bytes" help:"bytes of one request"`
	MACs         int64         `mapstructure:"macs" help:"multiplications of one request, over all models that it runs"`
	Timeout      time.Duration `mapstructure:"timeout" help:"how long one request may run"`
	Wait         time.Duration `mapstructure:"wait" help:"how long one request may wait for its turn"`
	Parallel     int64         `mapstructure:"parallel" help:"requests that run at a time"`
	Queue        int64         `mapstructure:"queue" help:"requests that wait; the next is told when to come back"`
}

// Pipeline says how scores are made.
type Pipeline struct {
	ParamsFile string `mapstructure:"params_file" help:"JSON file of the pipeline's parameters, as governance decided them; empty: the protocol's"`
	RawOnly    bool   `mapstructure:"raw_only" help:"start without the models that scores need: raw inference alone"`
}

// Log is how the service talks.
type Log struct {
	Format string `mapstructure:"format" help:"text or json"`
	Level  string `mapstructure:"level" help:"debug, info, warn or error"`
}

// Default is a configuration that lacks only packs and keys.
func Default() Config {
	l := service.DefaultLimits()
	return Config{
		Packs:  Packs{Threshold: 1},
		Listen: Listen{GRPC: "unix:/run/virtengine/inference.sock", HTTP: "unix:/run/virtengine/inference-http.sock", Grace: 10 * time.Second},
		Limits: Limits{RequestBytes: l.RequestBytes, MACs: l.MACs, Timeout: l.Timeout, Wait: l.Wait, Parallel: l.Parallel, Queue: l.Queue},
		Log:    Log{Format: "text", Level: "info"},
	}
}

// Service is the limits as the service has them.
func (l Limits) Service() service.Limits {
	return service.Limits{RequestBytes: l.RequestBytes, MACs: l.MACs, Timeout: l.Timeout, Wait: l.Wait, Parallel: l.Parallel, Queue: l.Queue}
}

// Socket is the path of an address unix:PATH.
func Socket(address string) (string, bool) { return strings.CutPrefix(address, "unix:") }

// OverTCP says whether something listens on HOST:PORT, which needs TLS.
func (l Listen) OverTCP() bool {
	for _, a := range []string{l.GRPC, l.HTTP} {
		if _, socket := Socket(a); a != "" && !socket {
			return true
		}
	}
	return false
}

// Validate checks what can be checked without opening anything, and returns every problem at once.
func (c Config) Validate() error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s: %s", ErrInvalid, key, fmt.Sprintf(format, args...)))
	}
	absolute := func(key, path string) {
		if path != "" && !filepath.IsAbs(path) {
			bad(key, "%q; write an absolute path", path)
		}
	}
	if len(c.Packs.Files) == 0 {
		bad("packs.files", "is empty; name the packs, for example with --packs.files /var/lib/virtengine/liveness.vepack")
	}
	for _, f := range c.Packs.Files {
		absolute("packs.files", f)
	}
	if c.Packs.Keys == "" {
		bad("packs.keys", "is empty; name the PEM file of the publishers' keys")
	}
	absolute("packs.keys", c.Packs.Keys)
	if c.Packs.Threshold < 1 || c.Packs.Threshold > 64 {
		bad("packs.threshold", "is %d, want 1 to 64", c.Packs.Threshold)
	}
	for _, p := range c.Packs.Pinned {
		if _, err := hashes.Parse(p); err != nil {
			bad("packs.pinned", "%q: %v", p, err)
		}
	}
	c.checkListen(bad, absolute)
	c.checkTLS(bad, absolute)
	if err := c.Limits.Service().Validate(); err != nil {
		bad("limits", "%v", err)
	}
	absolute("pipeline.params_file", c.Pipeline.ParamsFile)
	if !slices.Contains([]string{"text", "json"}, c.Log.Format) {
		bad("log.format", "is %q; use text or json", c.Log.Format)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level) {
		bad("log.level", "is %q; use debug, info, warn or error", c.Log.Level)
	}
	return errors.Join(errs...)
}

func (c Config) checkListen(bad func(key, format string, args ...any), absolute func(key, path string)) {
	if c.Listen.GRPC == "" && c.Listen.HTTP == "" {
		bad("listen.grpc", "and listen.http are empty; nobody could ask anything")
	}
	if c.Listen.GRPC != "" && c.Listen.GRPC == c.Listen.HTTP {
		bad("listen.http", "is listen.grpc; they need an address each")
	}
	for _, l := range []struct{ key, address string }{{"listen.grpc", c.Listen.GRPC}, {"listen.http", c.Listen.HTTP}} {
		if path, socket := Socket(l.address); socket {
			absolute(l.key, path)
			if path == "" {
				bad(l.key, "names no path")
			}
		} else if _, port, err := net.SplitHostPort(l.address); l.address != "" && (err != nil || port == "") {
			bad(l.key, "is %q; write unix:/ABSOLUTE/PATH or HOST:PORT", l.address)
		}
	}
	if c.Listen.Grace <= 0 {
		bad("listen.grace", "is %s; it must be more than zero", c.Listen.Grace)
	}
	if _, err := c.Listen.UserIDs(); err != nil {
		bad("listen.users", "%v", err)
	}
}

func (c Config) checkTLS(bad func(key, format string, args ...any), absolute func(key, path string)) {
	absolute("tls.cert_file", c.TLS.CertFile)
	absolute("tls.key_file", c.TLS.KeyFile)
	absolute("tls.client_roots", c.TLS.ClientRoots)
	for _, p := range c.TLS.ClientPins {
		if _, err := tlsconf.ParsePin(p); err != nil {
			bad("tls.client_pins", "%q: %v", p, err)
		}
	}
	if !c.Listen.OverTCP() {
		return
	}
	for _, a := range []struct{ key, address string }{{"listen.grpc", c.Listen.GRPC}, {"listen.http", c.Listen.HTTP}} {
		if _, socket := Socket(a.address); socket {
			bad(a.key, "is a socket while the other is HOST:PORT; give both the same kind")
		}
	}
	if c.TLS.CertFile == "" || c.TLS.KeyFile == "" {
		bad("tls.cert_file", "and tls.key_file are needed on HOST:PORT")
	}
	if c.TLS.ClientRoots == "" && len(c.TLS.ClientPins) == 0 {
		bad("tls.client_roots", "or tls.client_pins is needed on HOST:PORT: without a certificate nobody is answered")
	}
}
