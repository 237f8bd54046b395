package tlsconf_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/tlsconf"
)

func TestAClientOfAuthorities(t *testing.T) {
	ours, theirs := newAuthority(t), newAuthority(t)
	good := ours.sign(x509.ExtKeyUsageServerAuth)
	later := noon.Add(time.Minute)
	for name, tc := range map[string]struct {
		reason string
		shown  tlsconf.KeyPair
		client tlsconf.ClientConfig
		as     string // the server's name
		good   bool
		want   error
	}{
		"Signed":        {"a certificate of ours for this name", good, tlsconf.ClientConfig{Roots: ours.roots()}, "localhost", true, nil},
		"OtherName":     {"the same one does not do for another name", good, tlsconf.ClientConfig{Roots: ours.roots()}, "example.com", false, nil},
		"OtherRoot":     {"nor does the right name from another authority", theirs.sign(x509.ExtKeyUsageServerAuth), tlsconf.ClientConfig{Roots: ours.roots()}, "localhost", false, nil},
		"ClientsOnly":   {"a client's certificate makes no server", ours.sign(x509.ExtKeyUsageClientAuth), tlsconf.ClientConfig{Roots: ours.roots()}, "localhost", false, nil},
		"Expired":       {"the clock passed in counts", good, tlsconf.ClientConfig{Roots: ours.roots(), Now: at(noon.Add(2 * time.Hour))}, "localhost", false, nil},
		"KeyPin":        {"a key alone is enough", good, tlsconf.ClientConfig{Pins: []tlsconf.Pin{tlsconf.KeyPin(leaf(t, good))}}, "anything", true, nil},
		"KeyPinExpired": {"but not after its time", good, tlsconf.ClientConfig{Pins: []tlsconf.Pin{tlsconf.KeyPin(leaf(t, good))}, Now: at(noon.Add(2 * time.Hour))}, "anything", false, tlsconf.ErrCertificateExpired},
		"RootsAndPin":   {"with both, both must hold", good, tlsconf.ClientConfig{Roots: ours.roots(), Pins: []tlsconf.Pin{tlsconf.KeyPin(ours.cert)}}, "localhost", false, tlsconf.ErrNotPinned},
		"PinAndRoots":   {"the other way round too", good, tlsconf.ClientConfig{Roots: theirs.roots(), Pins: []tlsconf.Pin{tlsconf.KeyPin(leaf(t, good))}}, "localhost", false, nil},
		"Both":          {"and both do", good, tlsconf.ClientConfig{Roots: ours.roots(), Pins: []tlsconf.Pin{tlsconf.KeyPin(leaf(t, good))}}, "localhost", true, nil},
		"ALPN":          {"a protocol in common", good, tlsconf.ClientConfig{Roots: ours.roots(), ALPN: []string{"http/1.1"}}, "localhost", true, nil},
		"NoALPN":        {"none in common", good, tlsconf.ClientConfig{Roots: ours.roots(), ALPN: []string{"other"}}, "localhost", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			server, err := tlsconf.Server(tc.shown)
			require.NoError(t, err)
			if tc.client.Now == nil {
				tc.client.Now = at(later)
			}
			client, err := tlsconf.NewClient(tc.client)
			require.NoError(t, err)
			client.ServerName = tc.as
			m := meet(t, server, client)
			if tc.good {
				require.NoError(t, m.clientErr, tc.reason)
				require.EqualValues(t, tls.VersionTLS13, m.client.Version)
				return
			}
			require.Error(t, m.clientErr, tc.reason)
			if tc.want != nil {
				require.ErrorIs(t, m.clientErr, tc.want, tc.reason)
			}
		})
	}
}

func TestAServerThatChoosesNoProtocolIsRefused(t *testing.T) {
	ours := newAuthority(t)
	server, err := tlsconf.Server(ours.sign(x509.ExtKeyUsageServerAuth))
	require.NoError(t, err)
	server.NextProtos = nil // as of a server of another kind
	client, err := tlsconf.NewClient(tlsconf.ClientConfig{Roots: ours.roots(), ALPN: []string{"http/1.1"}, Now: at(noon)})
	require.NoError(t, err)
	require.ErrorIs(t, meet(t, server, client).clientErr, tlsconf.ErrProtocol)
}

func TestAServerThatKnowsItsClients(t *testing.T) {
	servers, clients, others := newAuthority(t), newAuthority(t), newAuthority(t)
	shown := servers.sign(x509.ExtKeyUsageServerAuth)
	good := clients.sign(x509.ExtKeyUsageClientAuth)
	self, selfPin := pair(t)
	other, _ := pair(t)
	byRoots := tlsconf.ServerConfig{Roots: clients.roots()}
	byPin := tlsconf.ServerConfig{Pins: []tlsconf.Pin{tlsconf.CertificatePin(selfPin)}}
	for name, tc := range map[string]struct {
		reason string
		server tlsconf.ServerConfig
		client tlsconf.Identity
		at     time.Time
		good   bool
		want   error
	}{
		"Signed":         {"a client's certificate from the authority of clients", byRoots, good, noon, true, nil},
		"None":           {"without one there is no connection", byRoots, nil, noon, false, nil},
		"OtherAuthority": {"nor with one from elsewhere", byRoots, others.sign(x509.ExtKeyUsageClientAuth), noon, false, nil},
		"AServers":       {"nor with one that is for servers", byRoots, clients.sign(x509.ExtKeyUsageServerAuth), noon, false, nil},
		"Expired":        {"nor with one whose time is over", byRoots, good, noon.Add(2 * time.Hour), false, nil},
		"Pinned":         {"a self-signed client that is expected", byPin, self, noon, true, nil},
		"NotPinned":      {"and one that is not", byPin, other, noon, false, tlsconf.ErrNotPinned},
		"PinnedNone":     {"and one that shows nothing", byPin, nil, noon, false, nil},
		"PinnedExpired":  {"and the expected one, too late", byPin, self, noon.Add(2 * time.Hour), false, tlsconf.ErrCertificateExpired},
		"Both":           {"signed, but not the pinned one", tlsconf.ServerConfig{Roots: clients.roots(), Pins: byPin.Pins}, good, noon, false, tlsconf.ErrNotPinned},
	} {
		t.Run(name, func(t *testing.T) {
			tc.server.Identity, tc.server.Now = shown, at(tc.at)
			server, err := tlsconf.NewServer(tc.server)
			require.NoError(t, err)
			client, err := tlsconf.NewClient(tlsconf.ClientConfig{Roots: servers.roots(), Identity: tc.client, Now: at(noon)})
			require.NoError(t, err)
			m := meet(t, server, client)
			if tc.good {
				require.NoError(t, m.serverErr, tc.reason)
				require.NoError(t, m.clientErr, tc.reason)
				return
			}
			require.Error(t, m.serverErr, tc.reason)
			require.Error(t, m.clientErr, "the client got no byte")
			if tc.want != nil {
				require.ErrorIs(t, m.serverErr, tc.want, tc.reason)
			}
		})
	}
}

func TestSettingsThatTrustNobodyOrEverybodyAreRefused(t *testing.T) {
	ours, pin := pair(t)
	now := at(noon)
	for name, tc := range map[string]struct {
		reason string
		make   func() error
		want   error
	}{
		"NoIdentity": {"a server shows something", func() error { _, err := tlsconf.NewServer(tlsconf.ServerConfig{}); return err }, tlsconf.ErrConfig},
		"EmptyPair":  {"and it parses", func() error { _, err := tlsconf.Server(tlsconf.KeyPair{}); return err }, tlsconf.ErrKeyPair},
		"NilReloader": {"and it is there", func() error {
			_, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: (*tlsconf.Reloader)(nil)})
			return err
		}, tlsconf.ErrConfig},
		"NoTrust": {"a client trusts somebody", func() error { _, err := tlsconf.NewClient(tlsconf.ClientConfig{Now: now}); return err }, tlsconf.ErrConfig},
		"NoClock": {"and has a clock", func() error { _, err := tlsconf.Pinned(nil, pin); return err }, tlsconf.ErrConfig},
		"EmptyPin": {"a pin that was never made", func() error {
			_, err := tlsconf.NewClient(tlsconf.ClientConfig{Now: now, Pins: []tlsconf.Pin{{}}})
			return err
		}, tlsconf.ErrConfig},
		"EmptyRoots": {"no authority at all", func() error {
			_, err := tlsconf.NewClient(tlsconf.ClientConfig{Now: now, Roots: x509.NewCertPool()})
			return err
		}, tlsconf.ErrRoots},
		"ServerNoClock": {"clients are judged by a clock too", func() error {
			_, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: ours, Pins: []tlsconf.Pin{tlsconf.CertificatePin(pin)}})
			return err
		}, tlsconf.ErrConfig},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, tc.make(), tc.want, tc.reason) })
	}
}

func TestWeakenedSettingsAreFound(t *testing.T) {
	ours, pin := pair(t)
	for name, tc := range map[string]struct {
		reason string
		server bool
		weaken func(*tls.Config)
		good   bool
	}{
		"Server":      {"as it was made", true, func(*tls.Config) {}, true},
		"Client":      {"as it was made", false, func(*tls.Config) {}, true},
		"Older":       {"TLS 1.2", true, func(c *tls.Config) { c.MinVersion = tls.VersionTLS12 }, false},
		"OlderClient": {"TLS 1.2", false, func(c *tls.Config) { c.MinVersion = tls.VersionTLS12 }, false},
		"Resumption":  {"sessions that are resumed", false, func(c *tls.Config) { c.SessionTicketsDisabled = false }, false},
		"NoCheck":     {"a client without its pin", false, func(c *tls.Config) { c.VerifyConnection = nil }, false},
		"OtherSettings": {"settings by surprise", true, func(c *tls.Config) {
			c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, nil }
		}, false},
		"AnyClient": {"any client's certificate", true, func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }, false},
		"Optional":  {"one that may be left out", true, func(c *tls.Config) { c.ClientAuth = tls.VerifyClientCertIfGiven }, false},
		"Nothing":   {"nothing to show", true, func(c *tls.Config) { c.Certificates = nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			conf, err := tlsconf.Pinned(at(noon), pin)
			check := tlsconf.CheckClient
			if tc.server {
				conf, err = tlsconf.Server(ours)
				check = tlsconf.CheckServer
			}
			require.NoError(t, err)
			tc.weaken(conf)
			if tc.good {
				require.NoError(t, check(conf), tc.reason)
			} else {
				require.ErrorIs(t, check(conf), tlsconf.ErrConfig, tc.reason)
			}
		})
	}
	require.ErrorIs(t, tlsconf.CheckClient(nil), tlsconf.ErrConfig)
	require.ErrorIs(t, tlsconf.CheckServer(nil), tlsconf.ErrConfig)
	require.NoError(t, tlsconf.CheckClient(tlsconf.Client()))
}
