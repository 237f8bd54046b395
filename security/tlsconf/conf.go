package tlsconf

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"time"
)

// Server returns settings of a TLS 1.3 server that shows one certificate and answers everybody.
func Server(pair KeyPair) (*tls.Config, error) { return NewServer(ServerConfig{Identity: pair}) }

// Pinned returns settings of a TLS 1.3 client that trusts exactly the given certificates (DER) and looks at no authority.
func Pinned(now func() time.Time, certificates ...[]byte) (*tls.Config, error) {
	pins := make([]Pin, len(certificates))
	for i, der := range certificates {
		pins[i] = CertificatePin(der)
	}
	return NewClient(ClientConfig{Now: now, Pins: pins})
}

// ServerConfig says what a server shows and whom it answers.
type ServerConfig struct {
	Identity Identity         // a KeyPair, or a Reloader
	ALPN     []string         // application protocols by preference (RFC 7301); none: h2, http/1.1
	Roots    *x509.CertPool   // clients need a certificate that one of these signed for clients
	Pins     []Pin            // clients need one of these certificates or keys; beside Roots, both are needed
	Now      func() time.Time // needed with Roots or Pins; time.Now outside tests
}

// NewServer returns settings of a TLS 1.3 server. Without Roots and Pins it answers everybody. Fails with ErrConfig,
// ErrKeyPair, ErrRoots.
func NewServer(c ServerConfig) (*tls.Config, error) {
	if c.Identity == nil {
		return nil, fmt.Errorf("%w: a server needs a certificate to show", ErrConfig)
	}
	show, err := c.Identity.shown()
	if err != nil {
		return nil, err
	}
	conf := base(c.Now, c.ALPN)
	if len(c.ALPN) == 0 {
		conf.NextProtos = []string{"h2", "http/1.1"}
	}
	if _, changes := c.Identity.(*Reloader); changes {
		conf.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return show(), nil }
	} else {
		conf.Certificates = []tls.Certificate{*show()}
	}
	if c.Roots == nil && len(c.Pins) == 0 {
		return conf, nil
	}
	if err := judge(c.Now, c.Roots, c.Pins); err != nil {
		return nil, err
	}
	conf.ClientAuth, conf.ClientCAs = tls.RequireAnyClientCert, c.Roots
	if c.Roots != nil {
		conf.ClientAuth = tls.RequireAndVerifyClientCert
	}
	if len(c.Pins) > 0 {
		conf.VerifyConnection = pinned(c.Now, c.Pins)
	}
	return conf, nil
}

// ClientConfig says which servers a client trusts and what it shows them.
type ClientConfig struct {
	Roots    *x509.CertPool   // the server needs a certificate that one of these signed for its name
	Pins     []Pin            // the server needs one of these certificates or keys; beside Roots, both are needed
	Identity Identity         // what a server that asks is shown: a KeyPair, or a Reloader; nil: nothing
	ALPN     []string         // application protocols by preference; the server must choose one. None: none is offered
	Now      func() time.Time // time.Now outside tests
}

// NewClient returns settings of a TLS 1.3 client. Fails with ErrConfig, ErrKeyPair, ErrRoots.
func NewClient(c ClientConfig) (*tls.Config, error) {
	if c.Roots == nil && len(c.Pins) == 0 {
		return nil, fmt.Errorf("%w: a client needs authorities or pins to trust; hint: SystemRoots() are the public authorities", ErrConfig)
	}
	if err := judge(c.Now, c.Roots, c.Pins); err != nil {
		return nil, err
	}
	conf := base(c.Now, c.ALPN)
	conf.RootCAs = c.Roots
	// Where no authority is asked, the name is not checked by its word but by the pin, which VerifyConnection compares.
	conf.InsecureSkipVerify = c.Roots == nil
	check := pinned(c.Now, c.Pins)
	offered := conf.NextProtos
	conf.VerifyConnection = func(state tls.ConnectionState) error {
		if len(offered) > 0 && !slices.Contains(offered, state.NegotiatedProtocol) {
			return fmt.Errorf("%w: the server chose %q of %q", ErrProtocol, state.NegotiatedProtocol, offered)
		}
		return check(state)
	}
	if c.Identity == nil {
		return conf, nil
	}
	show, err := c.Identity.shown()
	if err != nil {
		return nil, err
	}
	conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return show(), nil }
	return conf, nil
}

// base is what all settings share. Tickets are off on both sides: a resumed session would rest on a certificate that was
// looked at up to seven days ago (RFC 8446 section 4.6.1).
func base(now func() time.Time, alpn []string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, SessionTicketsDisabled: true, Time: now, NextProtos: slices.Clone(alpn)}
}

// judge looks at what the other side is judged by.
func judge(now func() time.Time, roots *x509.CertPool, pins []Pin) error {
	switch {
	case now == nil:
		return fmt.Errorf("%w: certificates are judged by a clock; hint: pass time.Now", ErrConfig)
	case roots != nil && roots.Equal(x509.NewCertPool()):
		return fmt.Errorf("%w: there are none, so nobody would be trusted", ErrRoots)
	case slices.Contains(pins, Pin{}):
		return fmt.Errorf("%w: an empty pin; hint: make pins with CertificatePin, KeyPin or ParsePin", ErrConfig)
	}
	return nil
}
