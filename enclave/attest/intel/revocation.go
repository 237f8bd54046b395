package intel

import (
	"bytes"
	"crypto/x509"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
)

// revocation says whether certificates of a root and of a PCK's issuer are revoked, as far as lists are given.
type revocation struct {
	ofRoot, ofIssuer []*x509.RevocationList
	until            time.Time // the first end among the lists; zero without any
}

// lists reads and checks the lists that were given: those of the root and of this issuer; lists of the other PCK issuer
// belong to other platforms. A list that is not in force is refused, not passed over.
func lists(col attest.Collateral, issuer, root *x509.Certificate, now time.Time) (revocation, error) {
	var r revocation
	for _, class := range []attest.Class{attest.RootCRL, attest.PCKCRL} {
		for _, raw := range col.Of(class) {
			l, err := pki.ParseCRL(raw)
			if err != nil {
				return r, err
			}
			if err := r.add(l, issuer, root, now); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

func (r *revocation) add(l *x509.RevocationList, issuer, root *x509.Certificate, now time.Time) error {
	var by *x509.Certificate
	switch {
	case bytes.Equal(l.RawIssuer, root.RawSubject):
		by = root
		r.ofRoot = append(r.ofRoot, l)
	case bytes.Equal(l.RawIssuer, issuer.RawSubject):
		by = issuer
		r.ofIssuer = append(r.ofIssuer, l)
	case ofOtherIssuer(l, issuer):
		return nil
	default:
		return attest.Refuse(attest.WrongCollateral, "a revocation list is neither of the root nor of an issuer of PCK certificates")
	}
	if err := pki.CheckCRL(l, by, algorithms, now); err != nil {
		return err
	}
	if r.until.IsZero() || l.NextUpdate.Before(r.until) {
		r.until = l.NextUpdate
	}
	return nil
}

// ofOtherIssuer says whether a list is of the one of the two PCK issuers that this platform's is not.
func ofOtherIssuer(l *x509.RevocationList, issuer *x509.Certificate) bool {
	name := l.Issuer.CommonName
	return name != issuer.Subject.CommonName && (name == commonNamePlatform || name == commonNameProcessor)
}

// refuseListed refuses a revoked certificate, which the given lists' issuer issued.
func refuseListed(lists []*x509.RevocationList, what string, c *x509.Certificate) error {
	for _, l := range lists {
		if pki.Listed(l, c) {
			return attest.Refuse(attest.Revoked, "%s with serial number %s is revoked", what, c.SerialNumber)
		}
	}
	return nil
}

// complete says whether both lists were there.
func (r revocation) complete() bool { return len(r.ofRoot) > 0 && len(r.ofIssuer) > 0 }
