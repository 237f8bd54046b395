package inteltest

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/security/entropy"
)

// TCBInfo signs TCB info as Intel serves it. Raw and Signature of the argument are not read.
func (v *Vendor) TCBInfo(t collateral.TCBInfo) ([]byte, error) {
	doc := map[string]any{
		"id": t.ID, "version": 3, "issueDate": stamp(t.Issued), "nextUpdate": stamp(t.Next), "fmspc": hex.EncodeToString(t.FMSPC[:]),
		"pceId": hex.EncodeToString(t.PCEID[:]), "tcbType": 0, "tcbEvaluationDataNumber": t.EvaluationNumber,
	}
	levels := []any{}
	for _, l := range t.Levels {
		tcb := map[string]any{"sgxtcbcomponents": components(l.Components), "pcesvn": l.PCESVN}
		if t.ID == collateral.IDTDX {
			tcb["tdxtcbcomponents"] = components(l.TDX)
		}
		levels = append(levels, level(tcb, l.Standing))
	}
	doc["tcbLevels"] = levels
	if t.ID == collateral.IDTDX {
		doc["tdxModule"] = module(t.Module)
		modules := []any{}
		for _, m := range t.Modules {
			one := module(m.Module)
			one["id"], one["tcbLevels"] = m.ID, svnLevels(m.Levels)
			modules = append(modules, one)
		}
		doc["tdxModuleIdentities"] = modules
	}
	return v.SignDocument(collateral.NameTCBInfo, doc)
}

// QEIdentity signs the identity of a quoting enclave as Intel serves it.
func (v *Vendor) QEIdentity(q collateral.QEIdentity) ([]byte, error) {
	return v.SignDocument(collateral.NameQEIdentity, map[string]any{
		"id": q.ID, "version": 2, "issueDate": stamp(q.Issued), "nextUpdate": stamp(q.Next), "tcbEvaluationDataNumber": q.EvaluationNumber,
		"miscselect": hex.EncodeToString(q.MiscSelect[:]), "miscselectMask": hex.EncodeToString(q.MiscSelectMask[:]),
		"attributes": hex.EncodeToString(q.Attributes[:]), "attributesMask": hex.EncodeToString(q.AttributesMask[:]),
		"mrsigner": hex.EncodeToString(q.MRSIGNER[:]), "isvprodid": q.ProdID, "tcbLevels": svnLevels(q.Levels),
	})
}

// SignDocument signs any inner object under a name.
func (v *Vendor) SignDocument(name string, inner any) ([]byte, error) {
	raw, err := json.Marshal(inner)
	if err != nil {
		return nil, err
	}
	return v.SignRaw(name, raw)
}

// SignRaw signs bytes as they are, JSON or not.
func (v *Vendor) SignRaw(name string, raw []byte) ([]byte, error) {
	signature, err := sign(v.tcbSigner.key, raw)
	if err != nil {
		return nil, err
	}
	return collateral.Join(name, raw, signature), nil
}

// RootCRL lists revoked certificates of the root: for tests, its PCK authority and TCB signer.
func (v *Vendor) RootCRL(from, next time.Time, authority, signer bool) ([]byte, error) {
	var serials []*big.Int
	if authority {
		serials = append(serials, v.pckCA.certificate.SerialNumber)
	}
	if signer {
		serials = append(serials, v.tcbSigner.certificate.SerialNumber)
	}
	return v.root.list(from, next, serials)
}

// PCKCRL lists revoked PCK certificates.
func (v *Vendor) PCKCRL(from, next time.Time, serials ...*big.Int) ([]byte, error) {
	return v.pckCA.list(from, next, serials)
}

// OtherPCKCRL is an empty list of the PCK issuer that none of the vendor's machines is of.
func (v *Vendor) OtherPCKCRL(from, next time.Time) ([]byte, error) {
	other, err := v.issue("Intel SGX PCK Processor CA", &v.root, authority)
	if err != nil {
		return nil, err
	}
	return other.list(from, next, nil)
}

func (h holder) list(from, next time.Time, serials []*big.Int) ([]byte, error) {
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: from, NextUpdate: next}
	for _, s := range serials {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: s, RevocationTime: from})
	}
	return x509.CreateRevocationList(entropy.Reader(), l, h.certificate, h.key)
}

// Complete puts documents, signing chain and both lists, which hold for thirty days from a time, together.
func (v *Vendor) Complete(t collateral.TCBInfo, q collateral.QEIdentity, at time.Time) (attest.Collateral, error) {
	next := at.AddDate(0, 0, 30)
	info, err := v.TCBInfo(t)
	if err != nil {
		return nil, err
	}
	identity, err := v.QEIdentity(q)
	if err != nil {
		return nil, err
	}
	root, err := v.RootCRL(at, next, false, false)
	if err != nil {
		return nil, err
	}
	pcks, err := v.PCKCRL(at, next)
	return attest.Collateral{
		{Class: attest.TCBInfo, Raw: info}, {Class: attest.QEIdentity, Raw: identity}, {Class: attest.Certificates, Raw: v.Signing()},
		{Class: attest.RootCRL, Raw: root}, {Class: attest.PCKCRL, Raw: pcks},
	}, err
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func components(svns [16]byte) []any {
	out := []any{}
	for _, n := range svns {
		out = append(out, map[string]any{"svn": n})
	}
	return out
}

func level(tcb map[string]any, s collateral.Standing) map[string]any {
	out := map[string]any{"tcb": tcb, "tcbDate": stamp(s.Date), "tcbStatus": string(s.Status)}
	if len(s.Advisories) > 0 {
		out["advisoryIDs"] = s.Advisories
	}
	return out
}

func svnLevels(levels []collateral.SVNLevel) []any {
	out := []any{}
	for _, l := range levels {
		out = append(out, level(map[string]any{"isvsvn": l.SVN}, l.Standing))
	}
	return out
}

func module(m collateral.Module) map[string]any {
	return map[string]any{
		"mrsigner": hex.EncodeToString(m.MRSIGNER[:]), "attributes": hex.EncodeToString(m.Attributes[:]),
		"attributesMask": hex.EncodeToString(m.Mask[:]),
	}
}
