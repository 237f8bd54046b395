package intel

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/pki"
)

// signer is a certificate of Intel's TCB signer that holds at a time.
type signer struct {
	certificate *x509.Certificate
	key         *ecdsa.PublicKey
	until       time.Time
}

// signers gives the TCB signers that collateral has and that hold at a time: one, or two around a renewal. Where no
// certificate of the root is given, the signers known to this tree are tried: they prove nothing that the root does not.
//
// Errors: WrongSigner where the root's other certificates are given instead, MissingChain, and those of pki.Verify.
func (v *Verifier) signers(col attest.Collateral, now time.Time) ([]signer, error) {
	issued, err := v.issuedByRoot(col)
	if err != nil {
		return nil, err
	}
	if len(issued) == 0 {
		issued = v.known
	}
	if len(issued) == 0 {
		return nil, attest.Refuse(attest.MissingCollateral, "the certificate of the TCB signer was not given")
	}
	first := attest.Refuse(attest.WrongSigner, "no certificate of the TCB signer among %d that the root issued", len(issued))
	var out []signer
	none := true
	for _, c := range issued {
		if c.Subject.CommonName != commonNameSigner || c.IsCA {
			continue
		}
		s, err := v.signer(c, now)
		if err == nil {
			out = append(out, s)
		} else if none {
			first = err
		}
		none = false
	}
	if len(out) == 0 {
		return nil, first
	}
	return out, nil
}

func (v *Verifier) signer(c *x509.Certificate, now time.Time) (signer, error) {
	rules := pki.Rules{Roots: v.roots, Length: 2, Algorithms: algorithms}
	root := v.roots[slices.IndexFunc(v.roots, func(r *x509.Certificate) bool { return bytes.Equal(r.RawSubject, c.RawIssuer) })]
	until, err := pki.Verify([]*x509.Certificate{c, root}, rules, now)
	if attest.CodeOf(err) == attest.BadSignature {
		err = attest.Refuse(attest.WrongSigner, "the TCB signer's certificate names a pinned root, which did not sign it")
	}
	if err != nil {
		return signer{}, err
	}
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() || c.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return signer{}, attest.Refuse(attest.WrongSigner, "the TCB signer's certificate is not for signatures with P-256")
	}
	return signer{certificate: c, key: key, until: until}, nil
}

// issuedByRoot gives the certificates that name a pinned root as their issuer, without the roots, each once.
func (v *Verifier) issuedByRoot(col attest.Collateral) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, raw := range col.Of(attest.Certificates) {
		all, err := pki.ParseAll(raw)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			same := func(o *x509.Certificate) bool { return bytes.Equal(o.Raw, c.Raw) }
			issuer := func(o *x509.Certificate) bool { return bytes.Equal(o.RawSubject, c.RawIssuer) }
			if !slices.ContainsFunc(v.roots, same) && slices.ContainsFunc(v.roots, issuer) && !slices.ContainsFunc(out, same) {
				out = append(out, c)
			}
			if len(out) > pki.MaxCertificates {
				return nil, attest.Refuse(attest.TooLarge, "more than %d certificates that a root issued", pki.MaxCertificates)
			}
		}
	}
	return out, nil
}

// check finds the signer of a document.
func check(s collateral.Signed, by []signer) (signer, error) {
	for _, one := range by {
		if s.Verify(one.key) {
			return one, nil
		}
	}
	return signer{}, attest.Refuse(attest.BadSignature, "the TCB signer did not sign the collateral")
}
