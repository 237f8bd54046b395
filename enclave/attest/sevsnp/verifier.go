package sevsnp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha512"
	"crypto/x509"
	"math/big"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/enclave/evidence"
)

var algorithms = []x509.SignatureAlgorithm{x509.SHA384WithRSAPSS}

// Verifier verifies evidence of the platform evidence.SEVSNP. It is safe for concurrent use.
type Verifier struct{ roots RootSet }

var _ attest.Verifier = (*Verifier)(nil)

// New makes a verifier for roots, which are Roots() but in tests of synthetic vendors.
func New(roots RootSet) (*Verifier, error) {
	if len(roots) == 0 {
		return nil, attest.Refuse(attest.ChainInvalid, "a verifier needs a root")
	}
	for _, p := range roots {
		if (p.Name != milan && p.Name != genoa && p.Name != turin) || p.ARK == nil || p.ASK == nil || p.ASVK == nil {
			return nil, attest.Refuse(attest.ChainInvalid, "a product needs its name, ARK, ASK and ASVK")
		}
		for _, c := range []*x509.Certificate{p.ARK, p.ASK, p.ASVK} {
			if !slices.Contains(algorithms, c.SignatureAlgorithm) || p.ARK.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil {
				return nil, attest.Refuse(attest.ChainInvalid, "an authority of a product is not signed by its ARK")
			}
		}
	}
	return &Verifier{roots: slices.Clone(roots)}, nil
}

// Verify implements attest.Verifier. ev.Body is the report of 1184 bytes; its VCEK or VLEK is among the endorsements or
// the collateral of class Certificates. Lists of class AMDCRL that the product's ARK issued are checked where given.
func (v *Verifier) Verify(ev evidence.Evidence, col attest.Collateral, now time.Time) (attest.Claims, error) {
	if now.IsZero() {
		return attest.Claims{}, attest.Refuse(attest.NoTime, "verification needs the time of the block")
	}
	if ev.Platform != evidence.SEVSNP {
		return attest.Claims{}, attest.Refuse(attest.WrongPlatform, "AMD's verifier reads %s", evidence.SEVSNP)
	}
	if err := bounded(ev, col); err != nil {
		return attest.Claims{}, err
	}
	r, err := parse(ev.Body)
	if err != nil {
		return attest.Claims{}, err
	}
	c := claimsOf(r)
	if r.debug() {
		c.Debug = true
		return c, attest.Refuse(attest.Debug, "the guest's policy allows debugging")
	}
	return c, v.judge(&c, r, append(slices.Clone(ev.Endorsements), col.Of(attest.Certificates)...), col, now)
}

func bounded(ev evidence.Evidence, col attest.Collateral) error {
	if len(ev.Endorsements) > evidence.MaxEndorsements || len(col) > attest.MaxItems {
		return attest.Refuse(attest.TooLarge, "%d endorsements and %d pieces of collateral", len(ev.Endorsements), len(col))
	}
	for _, e := range ev.Endorsements {
		if len(e) > evidence.MaxEndorsement {
			return attest.Refuse(attest.TooLarge, "endorsement of %d bytes", len(e))
		}
	}
	for _, i := range col {
		if len(i.Raw) > attest.MaxItem {
			return attest.Refuse(attest.TooLarge, "collateral of %d bytes", len(i.Raw))
		}
	}
	return nil
}

func (v *Verifier) judge(c *attest.Claims, r *report, certificates [][]byte, col attest.Collateral, now time.Time) error {
	leaf, err := leafOf(r, certificates)
	if err != nil {
		return err
	}
	p, issuer, err := v.issuer(r, leaf)
	if err != nil {
		return err
	}
	rules := pki.Rules{Roots: []*x509.Certificate{p.ARK}, Length: 3, Algorithms: algorithms}
	until, err := pki.Verify([]*x509.Certificate{leaf, issuer, p.ARK}, rules, now)
	if err != nil {
		return err
	}
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P384() {
		return attest.Refuse(attest.ChainInvalid, "the key of the report's certificate is not of P-384")
	}
	if !signed(r, key) {
		return attest.Refuse(attest.BadSignature, "the report is not signed by its certificate's key")
	}
	ids, err := idsOf(leaf)
	if err != nil {
		return err
	}
	if err := ids.fit(r, p.Name); err != nil {
		return err
	}
	if allZero(c.PlatformID) {
		c.PlatformID = ids.hwid
	}
	c.Facts = append(c.Facts, tcbFacts(r, p.Name)...)
	checked, err := lists(col, p.ARK, issuer, now, &until)
	c.Facts = append(c.Facts, attest.Fact{Name: "crl_checked", Value: bit(checked)})
	c.ValidUntil = until
	return err
}

// leafOf finds the certificate that the report says it is signed with, by its subject's name.
func leafOf(r *report, raw [][]byte) (*x509.Certificate, error) {
	want := "SEV-VCEK"
	if r.signer() == vlek {
		want = "SEV-VLEK"
	}
	for _, one := range raw {
		all, err := pki.ParseAll(one)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if c.Subject.CommonName == want {
				return c, nil
			}
		}
	}
	return nil, attest.Refuse(attest.MissingChain, "a certificate of %s is needed", want)
}

// issuer finds the pinned authority that signed the certificate. An authority that was sent is never used.
func (v *Verifier) issuer(r *report, leaf *x509.Certificate) (Product, *x509.Certificate, error) {
	for _, p := range v.roots {
		a := p.ASK
		if r.signer() == vlek {
			a = p.ASVK
		}
		if !bytes.Equal(leaf.RawIssuer, a.RawSubject) {
			continue
		}
		if name, known := r.product(); known && name != p.Name {
			return Product{}, nil, attest.Refuse(attest.MismatchedKey, "report of another product than its certificate's, %s", p.Name)
		}
		return p, a, nil
	}
	return Product{}, nil, attest.Refuse(attest.UnknownRoot, "the certificate's issuer is not pinned")
}

func signed(r *report, key *ecdsa.PublicKey) bool {
	sum := sha512.Sum384(r.raw[:signedBytes])
	return ecdsa.Verify(key, sum[:], number(r.field(signedBytes, componentAt)), number(r.field(signedBytes+componentAt, componentAt)))
}

func number(little []byte) *big.Int {
	slices.Reverse(little)
	return new(big.Int).SetBytes(little)
}

func lists(col attest.Collateral, ark, issuer *x509.Certificate, now time.Time, until *time.Time) (bool, error) {
	checked := false
	for _, raw := range col.Of(attest.AMDCRL) {
		l, err := pki.ParseCRL(raw)
		if err != nil {
			return false, err
		}
		if !bytes.Equal(l.RawIssuer, ark.RawSubject) {
			continue // of another product
		}
		if err := pki.CheckCRL(l, ark, algorithms, now); err != nil {
			return false, err
		}
		if pki.Listed(l, issuer) {
			return false, attest.Refuse(attest.Revoked, "the issuer of the report's certificate is revoked")
		}
		if checked = true; l.NextUpdate.Before(*until) {
			*until = l.NextUpdate
		}
	}
	return checked, nil
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func allZero(b []byte) bool { return !slices.ContainsFunc(b, func(x byte) bool { return x != 0 }) }
