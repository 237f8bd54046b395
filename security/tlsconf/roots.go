package tlsconf

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"github.com/virtengine/virtengine/security/paths"
)

// maxRoots bounds a file of authorities, in bytes. All public ones together are a quarter of a MiB.
const maxRoots = 4 << 20

// SystemRoots returns the public authorities that the operating system trusts. Fails with ErrRoots where it has none.
func SystemRoots() (*x509.CertPool, error) {
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("%w: of the system: %w", ErrRoots, err)
	}
	if roots.Equal(x509.NewCertPool()) {
		return nil, fmt.Errorf("%w: the system has none; hint: install the package ca-certificates, or set SSL_CERT_FILE", ErrRoots)
	}
	return roots, nil
}

// Roots returns the authorities in a PEM text. Unlike x509.CertPool.AppendCertsFromPEM it passes over nothing: what is no
// certificate of an authority fails with ErrRoots.
func Roots(text []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	found := 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		found++
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("%w: entry %d is a %.40q, not a certificate", ErrRoots, found, block.Type)
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: entry %d: %w", ErrRoots, found, err)
		}
		if !cert.BasicConstraintsValid || !cert.IsCA {
			return nil, fmt.Errorf("%w: entry %d, %.64q, may not sign others; hint: trust a single certificate with a pin", ErrRoots, found, cert.Subject.CommonName)
		}
		pool.AddCert(cert)
	}
	if found == 0 {
		return nil, fmt.Errorf("%w: no certificate in PEM", ErrRoots)
	}
	return pool, nil
}

// RootsFile returns the authorities in a PEM file that an operator names by its absolute path. Fails with ErrRoots and
// with the errors of paths.ReadFile.
func RootsFile(name string) (*x509.CertPool, error) {
	text, err := paths.ReadFile(name, maxRoots)
	if err != nil {
		return nil, err
	}
	pool, err := Roots(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return pool, nil
}
