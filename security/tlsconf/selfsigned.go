package tlsconf

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"time"
)

// SelfSigned makes a P-256 key and a certificate for it whose common name is subject, for servers and clients.
//
//	subject: bech32 account address     hosts: DNS names it serves     entropy: entropy.Reader() outside tests
func SelfSigned(subject string, hosts []string, notBefore time.Time, life time.Duration, entropy io.Reader) (KeyPair, error) {
	if subject == "" || life <= 0 {
		return KeyPair{}, fmt.Errorf("%w: a certificate needs a subject and a life above zero", ErrConfig)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), entropy)
	if err != nil {
		return KeyPair{}, err
	}
	var raw [16]byte
	if _, err := io.ReadFull(entropy, raw[:]); err != nil {
		return KeyPair{}, err
	}
	raw[0] &= 0x7f // serial numbers are positive, RFC 5280 section 4.1.2.2
	template := x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(raw[:]), Subject: pkix.Name{CommonName: subject}, DNSNames: hosts,
		NotBefore: notBefore.UTC().Truncate(time.Second), NotAfter: notBefore.Add(life).UTC().Truncate(time.Second),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(entropy, &template, &template, key.Public(), key)
	if err != nil {
		return KeyPair{}, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return KeyPair{}, err
	}
	return KeyPair{
		CertPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		KeyPEM:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	}, nil
}
