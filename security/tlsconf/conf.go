package tlsconf

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// Errors a pinning client refuses a server with.
var (
	// ErrNotPinned says that the server showed another certificate than those expected.
	ErrNotPinned = errors.New("server certificate is not the expected one")
	// ErrCertificateExpired says that the expected certificate is outside its validity period.
	ErrCertificateExpired = errors.New("server certificate is outside its validity period")
)

// Server returns settings of a TLS 1.3 server that shows one certificate.
func Server(pair KeyPair) (*tls.Config, error) {
	cert, err := pair.TLS()
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// Pinned returns settings of a TLS 1.3 client that trusts exactly the given certificates (DER) and looks at no authority.
func Pinned(now func() time.Time, pins ...[]byte) (*tls.Config, error) {
	if now == nil || len(pins) == 0 {
		return nil, errors.New("a pinning client needs a clock and at least one certificate")
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		// The name is not checked by an authority's word but by the pin, which VerifyConnection compares.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			return verifyPin(state.PeerCertificates, now(), pins)
		},
	}, nil
}

func verifyPin(shown []*x509.Certificate, now time.Time, pins [][]byte) error {
	if len(shown) == 0 {
		return fmt.Errorf("%w: it showed none", ErrNotPinned)
	}
	leaf := shown[0]
	for _, pin := range pins {
		if !bytes.Equal(pin, leaf.Raw) {
			continue
		}
		if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
			return fmt.Errorf("%w: valid from %s to %s", ErrCertificateExpired, leaf.NotBefore.Format(time.RFC3339), leaf.NotAfter.Format(time.RFC3339))
		}
		return nil
	}
	return fmt.Errorf("%w: it shows %s, serial %s", ErrNotPinned, leaf.Subject.CommonName, leaf.SerialNumber)
}
