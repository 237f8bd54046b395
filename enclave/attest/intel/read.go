package intel

import (
	"bytes"
	"crypto/x509"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/pki"
)

// Document is a piece of collateral that Intel signed and that is in force.
type Document struct {
	Key          string // which one of its class
	Issued, Next time.Time
	Number       uint64            // of TCB evaluation; 0 for lists
	Signer       *x509.Certificate // who signed it, where that is not the root: verifiers need it again
}

// Read checks that Intel signed a piece of collateral which is in force, and says what it is. The certificates of who signed come
// beside it: the TCB signer's, or that of an issuer of PCK certificates.
//
// Errors: Unsupported for another class, those of parsing, WrongSigner, BadSignature, NotYetValid, Expired, MissingChain.
func (v *Verifier) Read(item attest.Item, chain []*x509.Certificate, now time.Time) (Document, error) {
	if now.IsZero() {
		return Document{}, attest.Refuse(attest.NoTime, "collateral is read at a time")
	}
	if len(item.Raw) > attest.MaxItem {
		return Document{}, attest.Refuse(attest.TooLarge, "collateral of %d bytes, at most %d", len(item.Raw), attest.MaxItem)
	}
	switch item.Class {
	case attest.TCBInfo:
		t, err := collateral.ParseTCBInfo(item.Raw)
		if err != nil {
			return Document{}, err
		}
		return v.document(t.Signed, keyOfTEE(t.ID == collateral.IDTDX)+"/"+digits(t.FMSPC), t.EvaluationNumber, chain, now)
	case attest.QEIdentity:
		q, err := collateral.ParseQEIdentity(item.Raw)
		if err != nil {
			return Document{}, err
		}
		return v.document(q.Signed, keyOfTEE(q.ID == collateral.IDTDQ), q.EvaluationNumber, chain, now)
	case attest.RootCRL, attest.PCKCRL:
		return v.list(item, chain, now)
	}
	return Document{}, attest.Refuse(attest.Unsupported, "collateral of a class that is not Intel's")
}

func (v *Verifier) document(s collateral.Signed, key string, number uint64, chain []*x509.Certificate, now time.Time) (Document, error) {
	if err := s.InForce(now); err != nil {
		return Document{}, err
	}
	var col attest.Collateral
	for _, c := range chain {
		col = append(col, attest.Item{Class: attest.Certificates, Raw: c.Raw})
	}
	signers, err := v.signers(col, now)
	if err != nil {
		return Document{}, err
	}
	by, err := check(s, signers)
	if err != nil {
		return Document{}, err
	}
	return Document{Key: key, Issued: s.Issued, Next: s.Next, Number: number, Signer: by.certificate}, nil
}

// list reads a list of revoked certificates: of a pinned root, or of an authority among the chain that the root issued.
func (v *Verifier) list(item attest.Item, chain []*x509.Certificate, now time.Time) (Document, error) {
	l, err := pki.ParseCRL(item.Raw)
	if err != nil {
		return Document{}, err
	}
	out := Document{Key: KeyRoot, Issued: l.ThisUpdate, Next: l.NextUpdate}
	for _, root := range v.roots {
		if item.Class == attest.RootCRL && bytes.Equal(l.RawIssuer, root.RawSubject) {
			return out, pki.CheckCRL(l, root, algorithms, now)
		}
		for _, c := range chain {
			if item.Class != attest.PCKCRL || !bytes.Equal(l.RawIssuer, c.RawSubject) || !bytes.Equal(c.RawIssuer, root.RawSubject) {
				continue
			}
			if _, err := pki.Verify([]*x509.Certificate{c, root}, pki.Rules{Roots: v.roots, Length: 2, Algorithms: algorithms}, now); err != nil {
				return Document{}, err
			}
			if out.Key, err = keyOfIssuer(c.Subject.CommonName); err != nil {
				return Document{}, err
			}
			return out, pki.CheckCRL(l, c, algorithms, now)
		}
	}
	return Document{}, attest.Refuse(attest.MissingChain, "the issuer of the list is neither a pinned root nor among the certificates beside it")
}
