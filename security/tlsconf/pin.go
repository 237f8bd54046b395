package tlsconf

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Pin is a certificate, or a public key, that is expected. Pins are compared with ==.
type Pin struct {
	kind kind
	sum  [sha256.Size]byte
}

type kind string

// What a pin is about, as its text says.
const (
	wholeCertificate kind = "cert-sha256"
	publicKey        kind = "spki-sha256"
)

// CertificatePin expects one certificate (DER). Its renewal is another one.
func CertificatePin(der []byte) Pin { return Pin{wholeCertificate, sha256.Sum256(der)} }

// KeyPin expects the certificate's public key, the SHA-256 of its SubjectPublicKeyInfo (RFC 7469 section 2.4). A renewed
// certificate for the same key is good too.
func KeyPin(cert *x509.Certificate) Pin {
	return Pin{publicKey, sha256.Sum256(cert.RawSubjectPublicKeyInfo)}
}

// ParsePin reads what String writes: "spki-sha256:" or "cert-sha256:" and 32 bytes in base64 with padding. The bytes of a
// key come from
//
//	openssl x509 -in FILE -noout -pubkey | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
//
// Fails with ErrPin.
func ParsePin(s string) (Pin, error) {
	const long = 80 // bytes; more than any pin, so that an error never quotes a whole file
	name, encoded, _ := strings.Cut(s, ":")
	p := Pin{kind: kind(name)}
	if len(s) > long || p.kind != wholeCertificate && p.kind != publicKey {
		return Pin{}, fmt.Errorf("%w: %.80q; hint: write %s: or %s: and the base64 of 32 bytes", ErrPin, s, publicKey, wholeCertificate)
	}
	sum, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(sum) != len(p.sum) || p.write(sum) != s { // the decoder passes over line ends
		return Pin{}, fmt.Errorf("%w: %q: want the base64 of 32 bytes behind the colon", ErrPin, s)
	}
	copy(p.sum[:], sum)
	return p, nil
}

func (p Pin) String() string { return p.write(p.sum[:]) }

func (p Pin) write(sum []byte) string {
	return string(p.kind) + ":" + base64.StdEncoding.EncodeToString(sum)
}

// pinned checks the leaf. It is a VerifyConnection, which unlike VerifyPeerCertificate also runs if somebody turns
// resumption on.
func pinned(now func() time.Time, pins []Pin) func(tls.ConnectionState) error {
	pins = slices.Clone(pins)
	return func(state tls.ConnectionState) error {
		if len(pins) == 0 {
			return nil
		}
		if len(state.PeerCertificates) == 0 {
			return fmt.Errorf("%w: it showed none", ErrNotPinned)
		}
		leaf := state.PeerCertificates[0]
		if !slices.Contains(pins, CertificatePin(leaf.Raw)) && !slices.Contains(pins, KeyPin(leaf)) {
			return fmt.Errorf("%w: it shows %.64q, serial %s, key %s", ErrNotPinned, leaf.Subject.CommonName, leaf.SerialNumber, KeyPin(leaf))
		}
		return timely(leaf, now())
	}
}

// timely says whether a certificate is in its validity period.
func timely(cert *x509.Certificate, now time.Time) error {
	if now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return fmt.Errorf("%w: valid from %s to %s, now is %s", ErrCertificateExpired,
			cert.NotBefore.Format(time.RFC3339), cert.NotAfter.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	return nil
}
