// Package cert reads the X.509 certificates that bind TLS keys to accounts. It is pure: bytes and a time in, an answer out.
package cert

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// MaxBytes bounds a certificate's DER.
const MaxBytes = 8 * 1024

// maxSerialBits is what RFC 5280, 4.1.2.2, allows: 20 octets.
const maxSerialBits = 160

// ErrInvalid is wrapped by every refusal of this package.
var ErrInvalid = errors.New("invalid certificate")

// Certificate is what the chain keeps of one.
type Certificate struct {
	Serial              string // decimal
	NotBefore, NotAfter time.Time
}

// Parse reads a self-signed certificate whose common name is owner and which has not expired at now.
// The key is ECDSA P-256 (signing with SHA-256) or Ed25519. A certificate may begin in the future: clocks differ.
// Fails with ErrInvalid and the reason.
func Parse(der []byte, owner string, now time.Time) (Certificate, error) {
	if len(der) == 0 || len(der) > MaxBytes {
		return Certificate{}, fmt.Errorf("%w: %d bytes, 1 to %d are allowed", ErrInvalid, len(der), MaxBytes)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return Certificate{}, fmt.Errorf("%w: %v", ErrInvalid, err)
	}
	// Go reads negative serials or not by a setting of the environment; the sign is checked here for everybody.
	if c.SerialNumber == nil || c.SerialNumber.Sign() <= 0 || c.SerialNumber.BitLen() > maxSerialBits {
		return Certificate{}, fmt.Errorf("%w: the serial must be positive and have at most %d bits", ErrInvalid, maxSerialBits)
	}
	if c.Subject.CommonName != owner {
		return Certificate{}, fmt.Errorf("%w: common name is %q, the sender is %q", ErrInvalid, c.Subject.CommonName, owner)
	}
	if c.NotAfter.Before(c.NotBefore) || !now.Before(c.NotAfter) {
		return Certificate{}, fmt.Errorf("%w: valid from %s to %s, the block's time is %s", ErrInvalid,
			c.NotBefore.UTC().Format(time.RFC3339), c.NotAfter.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	if err := checkKey(c); err != nil {
		return Certificate{}, err
	}
	// Verified with its own key, not with CheckSignatureFrom: that one also wants a CA, which a server is not.
	if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
		return Certificate{}, fmt.Errorf("%w: not signed by its own key: %v", ErrInvalid, err)
	}
	return Certificate{Serial: c.SerialNumber.String(), NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC()}, nil
}

func checkKey(c *x509.Certificate) error {
	switch key := c.PublicKey.(type) {
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() && c.SignatureAlgorithm == x509.ECDSAWithSHA256 {
			return nil
		}
	case ed25519.PublicKey:
		if c.SignatureAlgorithm == x509.PureEd25519 {
			return nil
		}
	}
	return fmt.Errorf("%w: %s key signed with %s; ECDSA P-256 with SHA-256 or Ed25519 is expected", ErrInvalid, c.PublicKeyAlgorithm, c.SignatureAlgorithm)
}
