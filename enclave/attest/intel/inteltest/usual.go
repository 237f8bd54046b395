package inteltest

import (
	"encoding/binary"
	"time"

	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
)

// UsualInfo is TCB info in force for thirty days: what the machine has now is up to date, anything below is out of date.
// Of TDX it names module versions 0 and 1, the latter with SVN 4 up to date and below it out of date.
func (m *Machine) UsualInfo(tee quote.TEE, at time.Time) collateral.TCBInfo {
	t := collateral.TCBInfo{
		ID: collateral.IDSGX, FMSPC: m.FMSPC, PCEID: m.PCEID, EvaluationNumber: 20,
		Levels: []collateral.Level{
			{Components: m.Components, PCESVN: m.PCESVN, Standing: standing(at, collateral.UpToDate)},
			{Standing: standing(at, collateral.OutOfDate, "SYNTHETIC-SA-00001")},
		},
	}
	t.Issued, t.Next = at, at.AddDate(0, 0, 30)
	if tee == quote.TDX {
		t.ID = collateral.IDTDX
		t.Levels[0].TDX = UsualTCB
		for i := range t.Module.Mask {
			t.Module.Mask[i] = 0xFF
		}
		t.Modules = []collateral.Identity{{Module: t.Module, ID: "TDX_01", Levels: []collateral.SVNLevel{
			{SVN: 4, Standing: standing(at, collateral.UpToDate)},
			{SVN: 1, Standing: standing(at, collateral.OutOfDate, "SYNTHETIC-SA-00002")},
		}}}
	}
	return t
}

// UsualTCB is the TEE_TCB_SVN that UsualInfo calls up to date.
var UsualTCB = [16]byte{4, 1, 5}

// UsualIdentity is the identity of the vendor's quoting enclave: SVN 4 is up to date, below it out of date.
func UsualIdentity(tee quote.TEE, at time.Time) collateral.QEIdentity {
	q := collateral.QEIdentity{
		ID: collateral.IDQE, EvaluationNumber: 20, ProdID: 1, MRSIGNER: QE(1, 0).MRSIGNER,
		MiscSelectMask: [4]byte{0xFF, 0xFF, 0xFF, 0xFF},
		Levels: []collateral.SVNLevel{
			{SVN: 4, Standing: standing(at, collateral.UpToDate)},
			{SVN: 2, Standing: standing(at, collateral.OutOfDate, "SYNTHETIC-SA-00003")},
		},
	}
	q.Issued, q.Next = at, at.AddDate(0, 0, 30)
	if tee == quote.TDX {
		q.ID, q.ProdID = collateral.IDTDQ, 2
	}
	binary.LittleEndian.PutUint64(q.Attributes[:], 0x11)
	binary.LittleEndian.PutUint64(q.AttributesMask[:], ^uint64(0x04))
	return q
}

func standing(at time.Time, s collateral.Status, advisories ...string) collateral.Standing {
	return collateral.Standing{Date: at.AddDate(0, -2, 0).Truncate(time.Second), Status: s, Advisories: advisories}
}
