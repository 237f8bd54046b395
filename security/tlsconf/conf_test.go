package tlsconf_test

import (
	"crypto/rand"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/tlsconf"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func pair(t *testing.T) (tlsconf.KeyPair, []byte) {
	p, err := tlsconf.SelfSigned("ve1provider", []string{"provider.example"}, noon, time.Hour, rand.Reader)
	require.NoError(t, err)
	der, err := p.DER()
	require.NoError(t, err)
	return p, der
}

func TestAPinningClientKnowsItsServer(t *testing.T) {
	ours, pin := pair(t)
	_, otherPin := pair(t)
	conf, err := tlsconf.Server(ours)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	server.TLS = conf
	server.StartTLS()
	t.Cleanup(server.Close)

	for name, tc := range map[string]struct {
		reason string
		pins   [][]byte
		at     time.Time
		max    uint16
		want   error
	}{
		"Pinned":      {"the expected certificate is enough, no authority is asked", [][]byte{pin}, noon.Add(time.Minute), tls.VersionTLS13, nil},
		"Rotating":    {"during a rotation either of two is good", [][]byte{otherPin, pin}, noon.Add(time.Minute), tls.VersionTLS13, nil},
		"OtherServer": {"same name, other key: refused", [][]byte{otherPin}, noon.Add(time.Minute), tls.VersionTLS13, tlsconf.ErrNotPinned},
		"Expired":     {"an expired certificate is refused although it is the expected one", [][]byte{pin}, noon.Add(2 * time.Hour), tls.VersionTLS13, tlsconf.ErrCertificateExpired},
		"NotYet":      {"so is one from the future", [][]byte{pin}, noon.Add(-time.Hour), tls.VersionTLS13, tlsconf.ErrCertificateExpired},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := tlsconf.Pinned(func() time.Time { return tc.at }, tc.pins...)
			require.NoError(t, err)
			transport := &http.Transport{TLSClientConfig: client}
			t.Cleanup(transport.CloseIdleConnections)
			res, err := (&http.Client{Transport: transport}).Get(server.URL)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.NoError(t, res.Body.Close())
				require.EqualValues(t, tls.VersionTLS13, res.TLS.Version)
			}
		})
	}

	t.Run("AnOldClientIsTurnedAway", func(t *testing.T) {
		_, err := tls.Dial("tcp", server.Listener.Addr().String(), &tls.Config{MaxVersion: tls.VersionTLS12, InsecureSkipVerify: true})
		require.Error(t, err, "TLS 1.2 is not spoken")
	})
}

func TestAPinningClientNeedsPins(t *testing.T) {
	_, err := tlsconf.Pinned(time.Now)
	require.Error(t, err, "no pins would mean anybody")
}
