package intel

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/security/hashes"
)

// Names of Intel's certificates. Source: PCK certificate profile, sections 1.3.1 to 1.3.4.
const (
	commonNamePCK       = "Intel SGX PCK Certificate"
	commonNamePlatform  = "Intel SGX PCK Platform CA"
	commonNameProcessor = "Intel SGX PCK Processor CA"
	commonNameSigner    = "Intel SGX TCB Signing"
)

// algorithms are what Intel signs certificates and lists with.
var algorithms = []x509.SignatureAlgorithm{x509.ECDSAWithSHA256}

// certified is a verified chain of a quote.
type certified struct {
	pck
	leaf, issuer, root *x509.Certificate
	until              time.Time
}

// certify verifies a quote's chain, its quoting enclave's report and its signature.
func (v *Verifier) certify(q *quote.Quote, now time.Time) (certified, error) {
	path, err := chainOf(q.Chain)
	if err != nil {
		return certified{}, err
	}
	until, err := pki.Verify(path, pki.Rules{Roots: v.roots, Length: 3, Algorithms: algorithms}, now)
	if err != nil {
		return certified{}, err
	}
	c := certified{leaf: path[0], issuer: path[1], root: path[2], until: until}
	if name := c.issuer.Subject.CommonName; name != commonNamePlatform && name != commonNameProcessor || c.leaf.Subject.CommonName != commonNamePCK {
		return certified{}, attest.Refuse(attest.ChainInvalid, "the path is not one of PCK certificates")
	}
	if c.pck, err = readPCK(c.leaf); err != nil {
		return certified{}, err
	}
	return c, signatures(q, c.leaf)
}

// chainOf reads a PEM chain: three certificates and at most one NUL behind them. What the text encodes must be all that
// it says: no other bytes, and no padding bits in base64 that are not zero.
func chainOf(text []byte) ([]*x509.Certificate, error) {
	text = bytes.TrimSuffix(text, []byte{0})
	path, err := pki.ParseAll(text)
	if err != nil {
		return nil, err
	}
	var again []byte
	for _, c := range path {
		again = append(again, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	if !bytes.Equal(withoutSpace(again), withoutSpace(text)) {
		return nil, attest.Refuse(attest.Malformed, "the PCK chain has bytes that are no part of its certificates")
	}
	return path, nil
}

func withoutSpace(text []byte) []byte {
	return slices.DeleteFunc(slices.Clone(text), func(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' })
}

// signatures follows the keys: PCK signs the QE report, the QE report binds the attestation key, the attestation key
// signs the quote.
func signatures(q *quote.Quote, leaf *x509.Certificate) error {
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return attest.Refuse(attest.ChainInvalid, "the PCK is no P-256 key")
	}
	if !collateral.Holds(key, q.QERaw, q.QESignature) {
		return attest.Refuse(attest.BadSignature, "the QE report is not signed by the PCK")
	}
	bound := hashes.Of(slices.Concat(q.AttestationKey, q.QEAuth)).Bytes()
	if !bytes.Equal(q.QE.Data[:32], bound) || !bytes.Equal(q.QE.Data[32:], make([]byte, 32)) {
		return attest.Refuse(attest.BadSignature, "the QE report does not bind the attestation key")
	}
	attestation, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append([]byte{4}, q.AttestationKey...))
	if err != nil {
		return attest.Refuse(attest.BadSignature, "the attestation key is no point of P-256")
	}
	if !collateral.Holds(attestation, q.Signed, q.Signature) {
		return attest.Refuse(attest.BadSignature, "the quote is not signed by its attestation key")
	}
	return nil
}
