package tlsconf

import (
	"crypto/tls"
	"fmt"
)

// CheckServer refuses settings that were weakened after this package made them, or that others made. Fails with ErrConfig.
func CheckServer(c *tls.Config) error {
	switch {
	case c == nil:
		return fmt.Errorf("%w: none; hint: make them with Server or NewServer", ErrConfig)
	case len(c.Certificates) == 0 && c.GetCertificate == nil:
		return fmt.Errorf("%w: a server needs a certificate to show", ErrConfig)
	case c.GetConfigForClient != nil:
		return fmt.Errorf("%w: GetConfigForClient may put any others in their place", ErrConfig)
	case c.ClientAuth == tls.RequestClientCert || c.ClientAuth == tls.VerifyClientCertIfGiven:
		return fmt.Errorf("%w: a client certificate that is asked for but not needed proves nothing", ErrConfig)
	case c.ClientAuth == tls.RequireAnyClientCert && c.VerifyConnection == nil:
		return fmt.Errorf("%w: any client certificate would do; hint: set Roots or Pins", ErrConfig)
	}
	return strict(c)
}

// CheckClient is CheckServer for clients.
func CheckClient(c *tls.Config) error {
	if c == nil {
		return fmt.Errorf("%w: none; hint: make them with Client, Pinned or NewClient", ErrConfig)
	}
	if c.InsecureSkipVerify && c.VerifyConnection == nil {
		return fmt.Errorf("%w: every server would be trusted; hint: pin its certificate with Pinned", ErrConfig)
	}
	return strict(c)
}

func strict(c *tls.Config) error {
	switch {
	case c.MinVersion < tls.VersionTLS13:
		return fmt.Errorf("%w: nothing below TLS 1.3 is spoken", ErrConfig)
	case !c.SessionTicketsDisabled:
		return fmt.Errorf("%w: sessions could be resumed, which looks at no certificate", ErrConfig)
	case c.KeyLogWriter != nil:
		return fmt.Errorf("%w: the session's keys would be written to a file", ErrConfig)
	}
	return nil
}
