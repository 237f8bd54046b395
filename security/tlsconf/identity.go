package tlsconf

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"log/slog"
)

// KeyPair is a certificate (with those between it and its authority, if any) and its key, in PEM. It prints without the
// key; it is not meant to be encoded.
type KeyPair struct {
	CertPEM []byte
	KeyPEM  []byte
}

// Identity is what a side shows: a KeyPair, or a *Reloader where the files change under a running process.
type Identity interface {
	// shown returns what gives the certificate of the moment. It never gives nil.
	shown() (func() *tls.Certificate, error)
}

func (p KeyPair) shown() (func() *tls.Certificate, error) {
	cert, err := p.TLS()
	if err != nil {
		return nil, err
	}
	return func() *tls.Certificate { return &cert }, nil
}

// DER returns the certificate's bytes as a chain or a pin knows them. Fails with ErrKeyPair.
func (p KeyPair) DER() ([]byte, error) {
	block, _ := pem.Decode(p.CertPEM)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%w: no certificate in PEM", ErrKeyPair)
	}
	return block.Bytes, nil
}

// TLS returns the pair as crypto/tls wants it. Fails with ErrKeyPair.
func (p KeyPair) TLS() (tls.Certificate, error) {
	pair, err := tls.X509KeyPair(p.CertPEM, p.KeyPEM)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("%w: %w", ErrKeyPair, err)
	}
	return pair, nil
}

// Format prints the pair without its key, whatever the verb.
func (p KeyPair) Format(f fmt.State, _ rune) {
	der, err := p.DER()
	text := "KeyPair(" + CertificatePin(der).String() + ")"
	if err != nil {
		text = "KeyPair(no certificate)"
	}
	// A State is a buffer in memory; there is nobody to tell of its error.
	if _, err := f.Write([]byte(text)); err != nil {
		return
	}
}

// LogValue is for package slog.
func (p KeyPair) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(p)) }

// MarshalJSON prints the pair without its key.
func (p KeyPair) MarshalJSON() ([]byte, error) { return []byte(`"` + fmt.Sprint(p) + `"`), nil }
