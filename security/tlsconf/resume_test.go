package tlsconf_test

import (
	"crypto/tls"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/tlsconf"
)

// TestNoSessionIsResumed has a client that would like to.
func TestNoSessionIsResumed(t *testing.T) {
	ours, pin := pair(t)
	server, err := tlsconf.Server(ours)
	require.NoError(t, err)
	client, err := tlsconf.Pinned(at(noon), pin)
	require.NoError(t, err)
	client.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	for range 3 {
		m := meet(t, server, client)
		require.NoError(t, m.clientErr)
		require.False(t, m.client.DidResume)
	}
}

// TestAResumedSessionIsJudgedToo is about the second line: somebody turned resumption on, on both sides.
func TestAResumedSessionIsJudgedToo(t *testing.T) {
	ours, pin := pair(t)
	server, err := tlsconf.Server(ours)
	require.NoError(t, err)
	now := noon
	client, err := tlsconf.Pinned(func() time.Time { return now }, pin)
	require.NoError(t, err)
	server.SessionTicketsDisabled, client.SessionTicketsDisabled = false, false
	server.Time = at(noon)
	client.Time = at(noon) // of crypto/tls itself, which would drop an expired session: only our own check is left
	client.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	require.NoError(t, meet(t, server, client).clientErr)
	m := meet(t, server, client)
	require.NoError(t, m.clientErr)
	require.True(t, m.client.DidResume, "the test is about resumption")
	now = noon.Add(2 * time.Hour)
	require.ErrorIs(t, meet(t, server, client).clientErr, tlsconf.ErrCertificateExpired)
}

// TestAResumedClientIsJudgedToo is the same on the server's side: the server takes a pin back by its clock.
func TestAResumedClientIsJudgedToo(t *testing.T) {
	ours, pin := pair(t)
	caller, callerPin := pair(t)
	now := noon
	server, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: ours, Pins: []tlsconf.Pin{tlsconf.CertificatePin(callerPin)}, Now: func() time.Time { return now }})
	require.NoError(t, err)
	client, err := tlsconf.NewClient(tlsconf.ClientConfig{Pins: []tlsconf.Pin{tlsconf.CertificatePin(pin)}, Identity: caller, Now: at(noon)})
	require.NoError(t, err)
	server.SessionTicketsDisabled, client.SessionTicketsDisabled = false, false
	server.Time = at(noon)
	client.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	require.NoError(t, meet(t, server, client).serverErr)
	m := meet(t, server, client)
	require.NoError(t, m.serverErr)
	require.True(t, m.client.DidResume, "the test is about resumption")
	now = noon.Add(2 * time.Hour)
	require.ErrorIs(t, meet(t, server, client).serverErr, tlsconf.ErrCertificateExpired)
}
