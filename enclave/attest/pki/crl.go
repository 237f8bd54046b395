package pki

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
)

// CheckCRL says whether a list is its issuer's and in force at a time.
func CheckCRL(l *x509.RevocationList, issuer *x509.Certificate, algorithms []x509.SignatureAlgorithm, now time.Time) error {
	if now.IsZero() {
		return attest.Refuse(attest.NoTime, "a list is checked at a time")
	}
	if !bytes.Equal(l.RawIssuer, issuer.RawSubject) {
		return attest.Refuse(attest.WrongCollateral, "the revocation list is of another issuer")
	}
	if !slices.Contains(algorithms, l.SignatureAlgorithm) || issuer.KeyUsage != 0 && issuer.KeyUsage&x509.KeyUsageCRLSign == 0 {
		return attest.Refuse(attest.WrongSigner, "the issuer may not sign lists with %s", l.SignatureAlgorithm)
	}
	if err := issuer.CheckSignature(l.SignatureAlgorithm, l.RawTBSRevocationList, l.Signature); err != nil {
		return attest.Refuse(attest.BadSignature, "the revocation list is not signed by its issuer")
	}
	for _, e := range l.Extensions {
		if e.Critical {
			return attest.Refuse(attest.Unsupported, "the revocation list has the critical extension %s", e.Id)
		}
	}
	if now.Before(l.ThisUpdate) {
		return attest.Refuse(attest.NotYetValid, "the revocation list begins at %s", l.ThisUpdate.UTC().Format(time.RFC3339))
	}
	if l.NextUpdate.IsZero() || now.After(l.NextUpdate) {
		return attest.Refuse(attest.Expired, "the revocation list ended at %s", l.NextUpdate.UTC().Format(time.RFC3339))
	}
	return nil
}

// Listed says whether a certificate of the list's issuer is on it. Check the list first.
func Listed(l *x509.RevocationList, c *x509.Certificate) bool {
	return slices.ContainsFunc(l.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool {
		return e.SerialNumber.Cmp(c.SerialNumber) == 0
	})
}
