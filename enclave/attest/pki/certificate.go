package pki

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"github.com/virtengine/virtengine/enclave/attest"
)

// Caps of what is parsed.
const (
	MaxCertificate  = 16 << 10
	MaxCertificates = 16
	MaxCRL          = 256 << 10
	MaxRSABits      = 4096 // of AMD's roots
	MaxRSAExponent  = 1<<16 + 1
)

const (
	blockCertificate = "CERTIFICATE"
	blockCRL         = "X509 CRL"
)

// Parse reads one certificate in DER.
func Parse(der []byte) (*x509.Certificate, error) {
	if len(der) > MaxCertificate {
		return nil, attest.Refuse(attest.TooLarge, "certificate of %d bytes, at most %d", len(der), MaxCertificate)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, attest.Refuse(attest.Malformed, "certificate of %d bytes cannot be read", len(der))
	}
	// A check by a key takes time that grows with the square of its size, and the sender chooses it.
	if k, ok := c.PublicKey.(*rsa.PublicKey); ok && (k.N.BitLen() > MaxRSABits || k.E > MaxRSAExponent) {
		return nil, attest.Refuse(attest.TooLarge, "RSA key of %d bits, exponent %d; at most %d and %d", k.N.BitLen(), k.E, MaxRSABits, MaxRSAExponent)
	}
	return c, nil
}

// ParseAll reads certificates: one in DER, or any number in PEM with nothing but white space between and behind them.
func ParseAll(raw []byte) ([]*x509.Certificate, error) {
	if !isPEM(raw) {
		c, err := Parse(raw)
		if err != nil {
			return nil, err
		}
		return []*x509.Certificate{c}, nil
	}
	var out []*x509.Certificate
	rest := raw
	for len(bytes.TrimSpace(rest)) > 0 {
		block, after, err := next(rest, blockCertificate)
		if err != nil {
			return nil, err
		}
		if len(out) == MaxCertificates {
			return nil, attest.Refuse(attest.TooLarge, "more than %d certificates", MaxCertificates)
		}
		c, err := Parse(block)
		if err != nil {
			return nil, err
		}
		out, rest = append(out, c), after
	}
	return out, nil
}

// ParseCRL reads a list of revoked certificates, DER or PEM.
func ParseCRL(raw []byte) (*x509.RevocationList, error) {
	if len(raw) > MaxCRL {
		return nil, attest.Refuse(attest.TooLarge, "revocation list of %d bytes, at most %d", len(raw), MaxCRL)
	}
	if isPEM(raw) {
		block, rest, err := next(raw, blockCRL)
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(rest)) > 0 {
			return nil, attest.Refuse(attest.TrailingBytes, "%d bytes behind a revocation list", len(rest))
		}
		raw = block
	}
	l, err := x509.ParseRevocationList(raw)
	if err != nil {
		return nil, attest.Refuse(attest.Malformed, "revocation list of %d bytes cannot be read", len(raw))
	}
	if extra := len(raw) - len(l.Raw); extra != 0 { // the parser stops at the list's end, unlike that of certificates
		return nil, attest.Refuse(attest.TrailingBytes, "%d bytes behind a revocation list", extra)
	}
	return l, nil
}

func isPEM(raw []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("-----BEGIN ")) }

// next reads the block that raw begins with. pem.Decode alone would skip what stands before one.
func next(raw []byte, kind string) (block, rest []byte, err error) {
	if !isPEM(raw) {
		return nil, nil, attest.Refuse(attest.TrailingBytes, "%d bytes that are no PEM block", len(raw))
	}
	b, rest := pem.Decode(raw)
	if b == nil {
		return nil, nil, attest.Refuse(attest.Malformed, "PEM block cannot be read")
	}
	if b.Type != kind || len(b.Headers) > 0 {
		return nil, nil, attest.Refuse(attest.Malformed, "PEM block is %q, not a bare %q", printable(b.Type), kind)
	}
	return b.Bytes, rest, nil
}

// printable keeps strangers' bytes out of messages.
func printable(s string) string {
	const most = 32
	out := make([]byte, 0, most)
	for i := 0; i < len(s) && i < most; i++ {
		if c := s[i]; c >= ' ' && c <= '~' {
			out = append(out, c)
		}
	}
	return string(out)
}
