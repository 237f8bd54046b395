package tlsconf_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// watched is a reloader, its files, its clock and what it reported.
type watched struct {
	t         *testing.T
	cert, key string
	now       time.Time
	*tlsconf.Reloader
	mu      sync.Mutex
	reports []error
	shown   []*x509.Certificate
}

func watch(t *testing.T, p tlsconf.KeyPair) *watched {
	dir := t.TempDir()
	w := &watched{t: t, cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"), now: noon}
	w.write(p)
	r, err := tlsconf.NewReloader(tlsconf.ReloadConfig{
		CertFile: w.cert, KeyFile: w.key, Interval: time.Minute,
		Now: func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now },
		Report: func(shown *x509.Certificate, err error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.reports, w.shown = append(w.reports, err), append(w.shown, shown)
		},
	})
	require.NoError(t, err)
	w.Reloader = r
	return w
}

func (w *watched) write(p tlsconf.KeyPair) {
	require.NoError(w.t, paths.WriteFile(w.cert, p.CertPEM, paths.PublicFile))
	require.NoError(w.t, paths.WriteFile(w.key, p.KeyPEM, paths.Private))
}

func (w *watched) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

// serves is the certificate that a client meets.
func (w *watched) serves() *x509.Certificate {
	server, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: w.Reloader})
	require.NoError(w.t, err)
	var met *x509.Certificate
	client := tlsconf.Client()
	client.InsecureSkipVerify = true
	client.VerifyConnection = func(s tls.ConnectionState) error { met = s.PeerCertificates[0]; return nil }
	require.NoError(w.t, meet(w.t, server, client).clientErr)
	return met
}

func TestTheNewestGoodPairIsServed(t *testing.T) {
	first, _ := pair(t)
	second, _ := pair(t)
	w := watch(t, first)
	require.True(t, leaf(t, first).Equal(w.serves()))

	w.write(second)
	w.pass(59 * time.Second)
	require.True(t, leaf(t, first).Equal(w.serves()), "files are looked at once per interval")
	w.pass(time.Second)
	require.True(t, leaf(t, second).Equal(w.serves()), "then the new pair is served, without a restart")
	require.Equal(t, []error{nil}, w.reports, "and that is reported once")
	require.True(t, leaf(t, second).Equal(w.shown[0]))

	w.pass(time.Hour - time.Minute)
	w.serves()
	require.Len(t, w.reports, 1, "nothing new is not reported")

	w.write(first)
	w.pass(-30 * time.Minute)
	require.True(t, leaf(t, first).Equal(w.serves()), "a clock that was set back does not put the next look off")
}

func TestABadPairNeverReplacesAGoodOne(t *testing.T) {
	good, _ := pair(t)
	other, _ := pair(t)
	old, err := tlsconf.SelfSigned("old", nil, noon.Add(-2*time.Hour), time.Hour, rand.Reader)
	require.NoError(t, err)
	early, err := tlsconf.SelfSigned("early", nil, noon.Add(time.Hour), time.Hour, rand.Reader)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		spoil  func(w *watched) error
		want   error
	}{
		"Mismatch":     {"a certificate whose key is not written yet", func(w *watched) error { return paths.WriteFile(w.cert, other.CertPEM, paths.PublicFile) }, tlsconf.ErrKeyPair},
		"Torn":         {"half a certificate", func(w *watched) error { return os.Truncate(w.cert, 100) }, tlsconf.ErrKeyPair},
		"Empty":        {"an empty key", func(w *watched) error { return os.Truncate(w.key, 0) }, tlsconf.ErrKeyPair},
		"Gone":         {"no certificate", func(w *watched) error { return os.Remove(w.cert) }, fs.ErrNotExist},
		"Expired":      {"a pair of yesterday", func(w *watched) error { w.write(old); return nil }, tlsconf.ErrCertificateExpired},
		"Early":        {"a pair of tomorrow", func(w *watched) error { w.write(early); return nil }, tlsconf.ErrCertificateExpired},
		"OthersRead":   {"a key that others can read", func(w *watched) error { return os.Chmod(w.key, 0o640) }, paths.ErrNotPrivate},
		"Huge":         {"a file without end", func(w *watched) error { return os.Truncate(w.cert, 1<<40) }, paths.ErrTooLarge},
		"NotAFile":     {"a directory", func(w *watched) error { return errors.Join(os.Remove(w.cert), os.Mkdir(w.cert, 0o700)) }, paths.ErrNotRegular},
		"LinkToNobody": {"a link to nothing", func(w *watched) error { return relink(w.cert, "/nowhere") }, fs.ErrNotExist},
		"LinkToADir":   {"a link to a directory", func(w *watched) error { return relink(w.cert, "/") }, paths.ErrNotRegular},
		"LinkToDevice": {"a link to what never ends", func(w *watched) error { return relink(w.cert, "/dev/zero") }, paths.ErrNotRegular},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch(t, good)
			require.NoError(t, tc.spoil(w))
			w.pass(time.Minute)
			require.True(t, leaf(t, good).Equal(w.serves()), tc.reason)
			require.ErrorIs(t, w.Reload(), tc.want, tc.reason)
			require.Len(t, w.reports, 2, "the handshake's look and ours")
			require.ErrorIs(t, w.reports[0], tc.want)
			require.True(t, leaf(t, good).Equal(w.shown[0]), "the report says what is shown meanwhile")
			require.NoError(t, os.RemoveAll(w.cert))
			w.write(other)
			require.NoError(t, w.Reload(), "it recovers by itself")
			require.True(t, leaf(t, other).Equal(w.serves()))
		})
	}
}

func relink(name, target string) error {
	if err := os.Remove(name); err != nil {
		return err
	}
	return os.Symlink(target, name)
}

func TestAReloaderStartsWithAGoodPair(t *testing.T) {
	dir := t.TempDir()
	c := tlsconf.ReloadConfig{CertFile: filepath.Join(dir, "c"), KeyFile: filepath.Join(dir, "k"), Interval: time.Minute, Now: at(noon), Report: func(*x509.Certificate, error) {}}
	_, err := tlsconf.NewReloader(c)
	require.ErrorIs(t, err, fs.ErrNotExist)
	for name, spoil := range map[string]func(*tlsconf.ReloadConfig){
		"clock":    func(c *tlsconf.ReloadConfig) { c.Now = nil },
		"interval": func(c *tlsconf.ReloadConfig) { c.Interval = 0 },
		"report":   func(c *tlsconf.ReloadConfig) { c.Report = nil },
	} {
		c := c
		spoil(&c)
		_, err := tlsconf.NewReloader(c)
		require.ErrorIs(t, err, tlsconf.ErrConfig, name)
	}
}

// TestReloadUnderLoad swaps files while many handshakes go on: each client meets one of the two, whole.
func TestReloadUnderLoad(t *testing.T) {
	first, _ := pair(t)
	second, _ := pair(t)
	w := watch(t, first)
	server, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: w.Reloader})
	require.NoError(t, err)
	client, err := tlsconf.NewClient(tlsconf.ClientConfig{
		Pins: []tlsconf.Pin{tlsconf.KeyPin(leaf(t, first)), tlsconf.KeyPin(leaf(t, second))}, Now: at(noon),
	})
	require.NoError(t, err)
	var stop atomic.Bool
	var writer, clients sync.WaitGroup
	writer.Go(func() {
		for i := 0; !stop.Load(); i++ {
			w.write([]tlsconf.KeyPair{second, first}[i%2])
			w.pass(time.Minute)
			_ = w.Reload() // a handshake that looks between the two writes finds a mismatch, which is the point
		}
	})
	for range 8 {
		clients.Go(func() {
			for range 20 {
				m := meet(t, server, client)
				if m.clientErr != nil || m.serverErr != nil {
					t.Errorf("client: %v, server: %v", m.clientErr, m.serverErr)
				}
			}
		})
	}
	clients.Wait()
	stop.Store(true)
	writer.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.NotEmpty(t, w.reports)
}

func TestAClientsPairIsReloadedToo(t *testing.T) {
	ours, pin := pair(t)
	first, _ := pair(t)
	second, secondPin := pair(t)
	w := watch(t, first)
	server, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: ours, Pins: []tlsconf.Pin{tlsconf.CertificatePin(secondPin)}, Now: at(noon)})
	require.NoError(t, err)
	client, err := tlsconf.NewClient(tlsconf.ClientConfig{Pins: []tlsconf.Pin{tlsconf.CertificatePin(pin)}, Identity: w.Reloader, Now: at(noon)})
	require.NoError(t, err)
	require.ErrorIs(t, meet(t, server, client).serverErr, tlsconf.ErrNotPinned)
	w.write(second)
	require.NoError(t, w.Reload())
	require.NoError(t, meet(t, server, client).serverErr)
}
