package intel

import (
	"time"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
)

// ids are what documents for a TEE are called.
func ids(t quote.TEE) (tcbInfo, qe string) {
	if t == quote.TDX {
		return collateral.IDTDX, collateral.IDTDQ
	}
	return collateral.IDSGX, collateral.IDQE
}

// tcbInfo chooses the newest TCB info in force for a platform.
//
// Errors: MissingCollateral, WrongCollateral where only those of other TEEs or platforms are there, NotYetValid, Expired.
func tcbInfo(col attest.Collateral, tee quote.TEE, p pck, now time.Time) (*collateral.TCBInfo, error) {
	id, _ := ids(tee)
	var all []*collateral.TCBInfo
	given := col.Of(attest.TCBInfo)
	for _, raw := range given {
		t, err := collateral.ParseTCBInfo(raw)
		if err != nil {
			return nil, err
		}
		if t.ID == id && t.FMSPC == p.FMSPC && t.PCEID == p.PCEID {
			all = append(all, t)
		}
	}
	return newest(all, len(given), "TCB info of "+id, now, func(t *collateral.TCBInfo) (collateral.Signed, uint64) {
		return t.Signed, t.EvaluationNumber
	})
}

// qeIdentity chooses the newest identity in force of a TEE's quoting enclave. Errors are as for tcbInfo.
func qeIdentity(col attest.Collateral, tee quote.TEE, now time.Time) (*collateral.QEIdentity, error) {
	_, id := ids(tee)
	var all []*collateral.QEIdentity
	given := col.Of(attest.QEIdentity)
	for _, raw := range given {
		q, err := collateral.ParseQEIdentity(raw)
		if err != nil {
			return nil, err
		}
		if q.ID == id {
			all = append(all, q)
		}
	}
	return newest(all, len(given), "identity of "+id, now, func(q *collateral.QEIdentity) (collateral.Signed, uint64) {
		return q.Signed, q.EvaluationNumber
	})
}

// newest gives the document with the highest evaluation number, then the latest issue, among those in force.
func newest[T any](all []*T, given int, what string, now time.Time, of func(*T) (collateral.Signed, uint64)) (*T, error) {
	if given == 0 {
		return nil, attest.Refuse(attest.MissingCollateral, "%s was not given", what)
	}
	if len(all) == 0 {
		return nil, attest.Refuse(attest.WrongCollateral, "none of %d documents is %s for this platform", given, what)
	}
	var best *T
	var first error
	for _, one := range all {
		s, number := of(one)
		if err := s.InForce(now); err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		if best == nil {
			best = one
			continue
		}
		if b, n := of(best); number > n || number == n && s.Issued.After(b.Issued) {
			best = one
		}
	}
	if best == nil {
		return nil, first
	}
	return best, nil
}
