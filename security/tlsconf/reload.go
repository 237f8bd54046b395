package tlsconf

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/virtengine/virtengine/security/paths"
)

// maxPair bounds a certificate file with its chain, and a key file, in bytes.
const maxPair = 256 << 10

// ReloadConfig is what a Reloader needs. All of it is needed.
type ReloadConfig struct {
	CertFile string           // absolute path of the certificate and its chain, PEM
	KeyFile  string           // absolute path of its key, PEM; only its owner may read it
	Interval time.Duration    // a handshake looks at the files when the last look is so long ago
	Now      func() time.Time // time.Now outside tests

	// Report is told of each pair that takes over (its leaf, nil) and of each look that found no good one (the leaf that
	// is still shown, why). It is called from handshakes, one call at a time or several, and must not wait.
	Report func(shown *x509.Certificate, err error)
}

// Reloader shows the newest good pair of two files. Safe for concurrent use. It starts nothing in the background: files
// are looked at in a handshake when Interval has passed, by one handshake while the others go on, and by Reload.
type Reloader struct {
	cfg    ReloadConfig
	loaded atomic.Pointer[loaded]
	looked atomic.Int64 // when the files were last looked at, nanoseconds since 1970
	mu     sync.Mutex   // held while looking
}

type loaded struct {
	pair KeyPair
	cert *tls.Certificate
}

// NewReloader reads the first pair, which must be a good one. Fails with ErrConfig, ErrKeyPair, ErrCertificateExpired and
// the errors of paths.ReadFile and paths.ReadSecretFile.
func NewReloader(c ReloadConfig) (*Reloader, error) {
	if c.Now == nil || c.Report == nil || c.Interval <= 0 {
		return nil, fmt.Errorf("%w: a reloader needs a clock, an interval above zero and somebody to report to", ErrConfig)
	}
	r := &Reloader{cfg: c}
	r.looked.Store(c.Now().UnixNano())
	first, err := r.read()
	if err != nil {
		return nil, err
	}
	r.loaded.Store(first)
	return r, nil
}

// Reload looks at the files now, for a signal handler or an operator's command. When they hold no good pair it returns
// why, and the last good one stays. It reports like a handshake does.
func (r *Reloader) Reload() error {
	r.mu.Lock()
	changed, err := r.look()
	r.mu.Unlock() // before the report, which may take its time or call Reload
	if changed || err != nil {
		r.cfg.Report(r.Leaf(), err)
	}
	return err
}

// Leaf is the certificate that is shown now. It is not to be changed.
func (r *Reloader) Leaf() *x509.Certificate { return r.loaded.Load().cert.Leaf }

func (r *Reloader) shown() (func() *tls.Certificate, error) {
	if r == nil {
		return nil, fmt.Errorf("%w: the reloader is nil", ErrConfig)
	}
	return r.current, nil
}

func (r *Reloader) current() *tls.Certificate {
	if r.due() && r.mu.TryLock() {
		var changed bool
		var err error
		if r.due() { // not looked at by another handshake meanwhile
			changed, err = r.look()
		}
		r.mu.Unlock()
		if changed || err != nil {
			r.cfg.Report(r.Leaf(), err)
		}
	}
	return r.loaded.Load().cert
}

// due also says yes when the clock was set back, which would otherwise put the next look off for long.
func (r *Reloader) due() bool {
	since := r.cfg.Now().Sub(time.Unix(0, r.looked.Load()))
	return since >= r.cfg.Interval || since < 0
}

// look takes over what the files hold if it is new and good.
func (r *Reloader) look() (changed bool, err error) {
	r.looked.Store(r.cfg.Now().UnixNano())
	next, err := r.read()
	if err != nil {
		return false, err
	}
	old := r.loaded.Load()
	if bytes.Equal(old.pair.CertPEM, next.pair.CertPEM) && bytes.Equal(old.pair.KeyPEM, next.pair.KeyPEM) {
		return false, nil
	}
	r.loaded.Store(next)
	return true, nil
}

func (r *Reloader) read() (*loaded, error) {
	certPEM, err := paths.ReadFile(r.cfg.CertFile, maxPair)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	keyPEM, err := paths.ReadSecretFile(r.cfg.KeyFile, maxPair)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	pair := KeyPair{CertPEM: certPEM, KeyPEM: keyPEM}
	cert, err := pair.TLS()
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", r.cfg.CertFile, r.cfg.KeyFile, err)
	}
	if err := timely(cert.Leaf, r.cfg.Now()); err != nil {
		return nil, fmt.Errorf("%s: %w", r.cfg.CertFile, err)
	}
	return &loaded{pair, &cert}, nil
}
