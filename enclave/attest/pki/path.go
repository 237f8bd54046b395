package pki

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
)

// Rules are what a vendor's paths look like.
type Rules struct {
	Roots      []*x509.Certificate       // pinned; the last certificate of a path must be one of them, byte for byte
	Length     int                       // certificates in a path, root and leaf included
	Algorithms []x509.SignatureAlgorithm // with which certificates of this vendor are signed
	Critical   []string                  // OIDs of critical extensions that the caller checks himself
}

// Verify checks a path from the leaf to a pinned root at a time, and gives when the first of its certificates ends.
//
// Errors: ChainInvalid for a path of another shape, UnknownRoot, NotYetValid, Expired, BadSignature.
func Verify(path []*x509.Certificate, r Rules, now time.Time) (time.Time, error) {
	if now.IsZero() {
		return time.Time{}, attest.Refuse(attest.NoTime, "a path is checked at a time")
	}
	if len(path) != r.Length || len(path) == 0 {
		return time.Time{}, attest.Refuse(attest.ChainInvalid, "path of %d certificates, this vendor's have %d", len(path), r.Length)
	}
	last := len(path) - 1
	if !slices.ContainsFunc(r.Roots, func(c *x509.Certificate) bool { return bytes.Equal(c.Raw, path[last].Raw) }) {
		return time.Time{}, attest.Refuse(attest.UnknownRoot, "the path ends at a certificate that is not pinned")
	}
	until := path[0].NotAfter
	for i, c := range path {
		if err := valid(c, i, now); err != nil {
			return time.Time{}, err
		}
		if err := r.critical(c, i); err != nil {
			return time.Time{}, err
		}
		if c.NotAfter.Before(until) {
			until = c.NotAfter
		}
		if i < last { // the last one is pinned byte for byte: its own signature on itself would say nothing more
			if err := r.signed(c, path[i+1], i); err != nil {
				return time.Time{}, err
			}
		}
		if i > 0 {
			if err := mayIssue(c, i); err != nil {
				return time.Time{}, err
			}
		}
	}
	return until, nil
}

func valid(c *x509.Certificate, i int, now time.Time) error {
	if now.Before(c.NotBefore) {
		return attest.Refuse(attest.NotYetValid, "certificate %d of the path begins at %s", i, c.NotBefore.UTC().Format(time.RFC3339))
	}
	if now.After(c.NotAfter) {
		return attest.Refuse(attest.Expired, "certificate %d of the path ended at %s", i, c.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil
}

func (r Rules) critical(c *x509.Certificate, i int) error {
	for _, id := range c.UnhandledCriticalExtensions {
		if !slices.Contains(r.Critical, id.String()) {
			return attest.Refuse(attest.ChainInvalid, "certificate %d of the path has the critical extension %s, which is not known", i, id)
		}
	}
	return nil
}

func (r Rules) signed(c, parent *x509.Certificate, i int) error {
	if !slices.Contains(r.Algorithms, c.SignatureAlgorithm) {
		return attest.Refuse(attest.ChainInvalid, "certificate %d of the path is signed with %s, which this vendor does not use", i, c.SignatureAlgorithm)
	}
	if !bytes.Equal(c.RawIssuer, parent.RawSubject) {
		return attest.Refuse(attest.ChainInvalid, "certificate %d of the path names another issuer than the next one", i)
	}
	if err := parent.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
		return attest.Refuse(attest.BadSignature, "certificate %d of the path is not signed by the next one", i)
	}
	return nil
}

// mayIssue checks the certificate at place i, which has i-1 certificates of authorities below it.
func mayIssue(c *x509.Certificate, i int) error {
	if !c.BasicConstraintsValid || !c.IsCA {
		return attest.Refuse(attest.ChainInvalid, "certificate %d of the path is no authority's", i)
	}
	if c.KeyUsage != 0 && c.KeyUsage&x509.KeyUsageCertSign == 0 {
		return attest.Refuse(attest.ChainInvalid, "certificate %d of the path may not sign certificates", i)
	}
	if (c.MaxPathLen > 0 || c.MaxPathLenZero) && c.MaxPathLen < i-1 {
		return attest.Refuse(attest.ChainInvalid, "certificate %d of the path may have %d authorities below it, it has %d", i, c.MaxPathLen, i-1)
	}
	return nil
}

// Path orders certificates into the path from leaf to root by their issuers' names and keys' signatures: the next one is
// the only candidate whose subject is the issuer and whose key signed. A pinned root is added where it was not sent.
// Certificates that are in no place are ignored. Verify checks the result.
func Path(leaf *x509.Certificate, others []*x509.Certificate, r Rules) ([]*x509.Certificate, error) {
	heap := append(slices.Clone(r.Roots), others...)
	path := []*x509.Certificate{leaf}
	for len(path) < r.Length {
		at := path[len(path)-1]
		next := slices.IndexFunc(heap, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawSubject, at.RawIssuer) && !bytes.Equal(c.Raw, at.Raw) &&
				c.CheckSignature(at.SignatureAlgorithm, at.RawTBSCertificate, at.Signature) == nil
		})
		if next < 0 {
			return nil, attest.Refuse(attest.MissingChain, "the issuer of certificate %d of the path was not given, or did not sign it", len(path)-1)
		}
		path = append(path, heap[next])
	}
	return path, nil
}
