package inteltest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/virtengine/virtengine/security/entropy"
)

// holder is a certificate and the key of its subject.
type holder struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Vendor makes everything that Intel makes.
type Vendor struct {
	root, pckCA, tcbSigner holder
	from, to               time.Time
}

// New makes a vendor whose certificates hold from an hour before a time to ten years after it.
func New(at time.Time) (*Vendor, error) {
	v := &Vendor{from: at.Add(-time.Hour), to: at.AddDate(10, 0, 0)}
	var err error
	if v.root, err = v.issue("Intel SGX Root CA", nil, authority); err != nil {
		return nil, err
	}
	if v.pckCA, err = v.issue("Intel SGX PCK Platform CA", &v.root, authority); err != nil {
		return nil, err
	}
	v.tcbSigner, err = v.issue("Intel SGX TCB Signing", &v.root, leaf)
	return v, err
}

// Roots is what a verifier of this vendor's evidence pins.
func (v *Vendor) Roots() []*x509.Certificate { return []*x509.Certificate{v.root.certificate} }

// Signing is the TCB signer's certificate and the root, in PEM.
func (v *Vendor) Signing() []byte { return chain(v.tcbSigner.certificate, v.root.certificate) }

// PCKAuthority is the certificate of the PCK issuer, which the root issued too, in PEM.
func (v *Vendor) PCKAuthority() []byte { return chain(v.pckCA.certificate) }

// Kinds of certificates.
type kind int

const (
	authority kind = iota
	leaf
)

// issue makes a key and its certificate, signed by the parent or, without one, by itself.
func (v *Vendor) issue(name string, parent *holder, k kind, extensions ...pkix.Extension) (holder, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), entropy.Reader())
	if err != nil {
		return holder{}, fmt.Errorf("key of %s: %w", name, err)
	}
	serial, err := entropy.Bytes(16)
	if err != nil {
		return holder{}, err
	}
	c := &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes(append([]byte{1}, serial...)),
		Subject:               pkix.Name{CommonName: name, Organization: []string{"Synthetic Vendor"}},
		NotBefore:             v.from,
		NotAfter:              v.to,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		SignatureAlgorithm:    x509.ECDSAWithSHA256,
		ExtraExtensions:       extensions,
	}
	if k == authority {
		c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	}
	signer := holder{certificate: c, key: key}
	if parent != nil {
		signer = *parent
	}
	der, err := x509.CreateCertificate(entropy.Reader(), c, signer.certificate, &key.PublicKey, signer.key)
	if err != nil {
		return holder{}, fmt.Errorf("certificate of %s: %w", name, err)
	}
	made, err := x509.ParseCertificate(der)
	return holder{certificate: made, key: key}, err
}

func chain(all ...*x509.Certificate) []byte {
	var out []byte
	for _, c := range all {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}
