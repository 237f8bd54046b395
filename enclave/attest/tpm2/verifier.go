package tpm2

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

// subjectAltName is critical in certificates without a subject, as those of endorsement keys are, and holds a directory
// name there: maker, model and version of the TPM. Nothing is decided by it.
const subjectAltName = "2.5.29.17"

// Verifier verifies evidence of one of the platforms evidence.TPM2 and evidence.SoftTPM. It has no state but its rules.
type Verifier struct {
	platform evidence.Platform
	rules    pki.Rules
}

var _ attest.Verifier = (*Verifier)(nil)

// New makes a verifier of one maker's certificates: their roots, the length of their paths, their algorithms. Fails with
// WrongPlatform for another platform, and with ChainInvalid for rules without root, length or algorithm.
func New(platform evidence.Platform, rules pki.Rules) (*Verifier, error) {
	if platform != evidence.TPM2 && platform != evidence.SoftTPM {
		return nil, attest.Refuse(attest.WrongPlatform, "a TPM's verifier is of %s or %s", evidence.TPM2, evidence.SoftTPM)
	}
	if len(rules.Roots) == 0 || slices.Contains(rules.Roots, nil) || rules.Length < 2 || len(rules.Algorithms) == 0 {
		return nil, attest.Refuse(attest.ChainInvalid, "a verifier needs a root, a length of at least 2 and an algorithm")
	}
	rules.Roots, rules.Algorithms = slices.Clone(rules.Roots), slices.Clone(rules.Algorithms)
	rules.Critical = append(slices.Clone(rules.Critical), subjectAltName)
	return &Verifier{platform: platform, rules: rules}, nil
}

// Verify implements attest.Verifier. Collateral of class Certificates is taken beside the endorsements.
func (v *Verifier) Verify(ev evidence.Evidence, col attest.Collateral, now time.Time) (attest.Claims, error) {
	if now.IsZero() {
		return attest.Claims{}, attest.Refuse(attest.NoTime, "verification needs the time of the block")
	}
	if ev.Platform != v.platform {
		return attest.Claims{}, attest.Refuse(attest.WrongPlatform, "this verifier reads %s", v.platform)
	}
	if len(ev.Runtime) > evidence.MaxRuntime || len(ev.Endorsements) > evidence.MaxEndorsements || len(col) > attest.MaxItems {
		return attest.Claims{}, attest.Refuse(attest.TooLarge, "runtime of %d bytes, %d endorsements, %d pieces of collateral",
			len(ev.Runtime), len(ev.Endorsements), len(col))
	}
	q, err := ParseQuote(ev.Body)
	if q == nil {
		return attest.Claims{}, err
	}
	c := ClaimsOf(v.platform, q)
	if err != nil {
		return c, err
	}
	return c, v.judge(&c, q, ev, col, now)
}

// ClaimsOf gives what a quote states, before anything was verified.
func ClaimsOf(platform evidence.Platform, q *Quote) attest.Claims {
	s := q.Statement
	safe := uint64(0)
	if s.Safe {
		safe = 1
	}
	return attest.Claims{
		Platform:   platform,
		Format:     "tpm2-quote",
		Statement:  hashes.Of(q.Signed),
		ReportData: bytes.Clone(s.ExtraData),
		Facts: []attest.Fact{
			{Name: "clock_ms", Value: s.Clock},
			{Name: "clock_safe", Value: safe},
			{Name: "firmware", Value: s.Firmware},
			{Name: "resets", Value: uint64(s.Resets)},
			{Name: "restarts", Value: uint64(s.Restarts)},
		},
	}
}

func (v *Verifier) judge(c *attest.Claims, q *Quote, ev evidence.Evidence, col attest.Collateral, now time.Time) error {
	if len(ev.Runtime) == 0 {
		return attest.Refuse(attest.MissingRuntime, "the attestation key and the PCR values are missing")
	}
	r := &reader{rest: ev.Runtime}
	public := r.sized()
	if r.broken {
		return r.end("the public area")
	}
	key, err := ParseKey(public)
	if err != nil {
		return err
	}
	c.PublicKey = bytes.Clone(public)
	if c.Measurements, err = q.Measure(r.rest); err != nil {
		return err
	}
	if err := q.Check(key); err != nil {
		return err
	}
	named := uint64(0)
	if primary(public, q.Statement.Signer) {
		named = 1
	}
	c.Facts = append(c.Facts, attest.Fact{Name: "ak_named", Value: named})
	return v.certified(c, key, append(slices.Clone(ev.Endorsements), col.Of(attest.Certificates)...), now)
}

// certified finds the certificate that names the attestation key; of a TPM in software, an endorsement key's will do.
func (v *Verifier) certified(c *attest.Claims, key crypto.PublicKey, raw [][]byte, now time.Time) error {
	leaf, others, err := v.leaf(raw, key)
	if err != nil {
		return err
	}
	ours := same(leaf.PublicKey, key)
	if !ours && v.platform != evidence.SoftTPM {
		return attest.Refuse(attest.MismatchedKey, "no certificate is of the attestation key")
	}
	path, err := pki.Path(leaf, others, v.rules)
	if err != nil {
		return err
	}
	if c.ValidUntil, err = pki.Verify(path, v.rules, now); err != nil {
		return err
	}
	bound := uint64(0)
	if ours {
		bound = 1
	}
	c.Facts = append(c.Facts, attest.Fact{Name: "ak_certified", Value: bound})
	c.PlatformID = hashes.Of(leaf.RawSubjectPublicKeyInfo).Bytes()
	return nil
}

// leaf gives the certificate of the key, else the first one that is no authority's.
func (v *Verifier) leaf(raw [][]byte, key crypto.PublicKey) (*x509.Certificate, []*x509.Certificate, error) {
	var all []*x509.Certificate
	for _, one := range raw {
		if len(one) > evidence.MaxEndorsement {
			return nil, nil, attest.Refuse(attest.TooLarge, "endorsement of %d bytes, at most %d", len(one), evidence.MaxEndorsement)
		}
		certs, err := pki.ParseAll(one)
		if err != nil {
			return nil, nil, err
		}
		if all = append(all, certs...); len(all) > pki.MaxCertificates {
			return nil, nil, attest.Refuse(attest.TooLarge, "more than %d certificates", pki.MaxCertificates)
		}
	}
	at := slices.IndexFunc(all, func(c *x509.Certificate) bool { return same(c.PublicKey, key) })
	if at < 0 {
		at = slices.IndexFunc(all, func(c *x509.Certificate) bool { return !c.IsCA })
	}
	if at < 0 {
		return nil, nil, attest.Refuse(attest.MissingChain, "no certificate of an attestation or endorsement key was given")
	}
	return all[at], slices.Delete(slices.Clone(all), at, at+1), nil
}

func same(a, b crypto.PublicKey) bool {
	switch k := a.(type) {
	case *rsa.PublicKey:
		return k.Equal(b)
	case *ecdsa.PublicKey:
		return k.Equal(b)
	}
	return false
}
