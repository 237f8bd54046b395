package collateral

import "github.com/virtengine/virtengine/enclave/attest"

// QEIdentity is what a genuine quoting enclave is like, version 2.
type QEIdentity struct {
	Signed
	ID               string // IDQE or IDTDQ
	EvaluationNumber uint64
	MiscSelect       [4]byte
	MiscSelectMask   [4]byte
	Attributes       [16]byte
	AttributesMask   [16]byte
	MRSIGNER         [32]byte
	ProdID           uint16
	Levels           []SVNLevel
}

// ParseQEIdentity reads the identity of a quoting enclave as Intel serves it. The signature is not checked yet.
func ParseQEIdentity(raw []byte) (*QEIdentity, error) {
	s, err := split(raw, NameQEIdentity)
	if err != nil {
		return nil, err
	}
	q := &QEIdentity{Signed: s}
	r, err := newReader(s.Raw)
	if err != nil {
		return nil, err
	}
	names, err := r.object(func(name string) error { return q.member(r, name) })
	if err != nil {
		return nil, err
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	if err := need("QE identity", names, "id", "version", "issueDate", "nextUpdate", "tcbEvaluationDataNumber", "miscselect",
		"miscselectMask", "attributes", "attributesMask", "mrsigner", "isvprodid", "tcbLevels"); err != nil {
		return nil, err
	}
	if q.ID != IDQE && q.ID != IDTDQ {
		return nil, attest.Refuse(attest.Unsupported, "identity of another enclave than QE and TD_QE")
	}
	return q, nil
}

func (q *QEIdentity) member(r *reader, name string) (err error) {
	switch name {
	case "id":
		return r.word(&q.ID)
	case "version":
		return r.version("QE identity", 2)
	case "issueDate":
		return r.instant(&q.Issued)
	case "nextUpdate":
		return r.instant(&q.Next)
	case "tcbEvaluationDataNumber":
		return r.u32(&q.EvaluationNumber)
	case "miscselect":
		return r.octets(q.MiscSelect[:])
	case "miscselectMask":
		return r.octets(q.MiscSelectMask[:])
	case "attributes":
		return r.octets(q.Attributes[:])
	case "attributesMask":
		return r.octets(q.AttributesMask[:])
	case "mrsigner":
		return r.octets(q.MRSIGNER[:])
	case "isvprodid":
		return r.u16(&q.ProdID)
	case "tcbLevels":
		q.Levels, err = r.svnLevels()
		return err
	}
	return r.skip()
}
