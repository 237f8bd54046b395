package collateral

import (
	"fmt"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
)

// Platform is what a PCK certificate says of its platform's TCB.
type Platform struct {
	Components [16]byte
	PCESVN     uint16
}

// Enclave gives what Intel says of an SGX platform with this quoting enclave's standing.
//
// Errors: NoTCBLevel where the platform is below every level, TCBStatus for a word that is not known.
func (t *TCBInfo) Enclave(p Platform, qe Standing) (Standing, error) {
	at := slices.IndexFunc(t.Levels, p.reaches)
	if at < 0 {
		return Standing{}, attest.Refuse(attest.NoTCBLevel, "the platform is below each of %d levels of TCB info", len(t.Levels))
	}
	return t.Levels[at].with(qe)
}

// Domain gives what Intel says of a TDX platform: the first level that platform and TD reach, combined with the TDX
// module's and the quoting enclave's standing.
//
// Errors: NoTCBLevel, TCBStatus as above; WrongIdentity where the module is not one that Intel names.
func (t *TCBInfo) Domain(p Platform, d *quote.Domain, qe Standing) (Standing, error) {
	module, standing, err := t.module(d)
	if err != nil {
		return Standing{}, err
	}
	if !module.is(d) {
		return Standing{}, attest.Refuse(attest.WrongIdentity, "MRSIGNERSEAM or SEAMATTRIBUTES are not those of Intel's TDX module")
	}
	platform := slices.IndexFunc(t.Levels, p.reaches)
	at := slices.IndexFunc(t.Levels, func(l Level) bool { return p.reaches(l) && l.reachedBy(d) })
	if at < 0 {
		return Standing{}, attest.Refuse(attest.NoTCBLevel, "platform or TD is below each of %d levels of TCB info", len(t.Levels))
	}
	out, err := t.Levels[at].with(standing)
	if err != nil {
		return Standing{}, err
	}
	if out.Status, err = t.relaunch(d, t.Levels[platform].Status, out.Status, standing.Status, qe.Status); err != nil {
		return Standing{}, err
	}
	return out.with(qe)
}

// reaches says whether a platform has at least a level's SGX components and PCESVN.
func (p Platform) reaches(l Level) bool {
	return atLeast(p.Components[:], l.Components[:]) && p.PCESVN >= l.PCESVN
}

// reachedBy says whether a TD has at least a level's TDX components. From module version 1 on, the first two of them are
// of the module, which has levels of its own.
func (l Level) reachedBy(d *quote.Domain) bool {
	if d.TCB[1] > 0 {
		return atLeast(d.TCB[2:], l.TDX[2:])
	}
	return atLeast(d.TCB[:], l.TDX[:])
}

func atLeast(have, want []byte) bool {
	for i := range want {
		if have[i] < want[i] {
			return false
		}
	}
	return true
}

// with combines a level with a part's standing: the status as Intel does it, the older date, all advisories.
func (s Standing) with(part Standing) (Standing, error) {
	if !s.Status.known() && s.Status != TDRelaunchAdvised && s.Status != TDRelaunchAdvisedConfigurationNeeded {
		return Standing{}, attest.Refuse(attest.TCBStatus, "a TCB level has a status that is not known")
	}
	status, err := s.Status.With(part.Status)
	if err != nil {
		return Standing{}, err
	}
	s.Status = status
	if part.Date.Before(s.Date) {
		s.Date = part.Date
	}
	s.Advisories = slices.Clone(s.Advisories)
	for _, a := range part.Advisories {
		if !slices.Contains(s.Advisories, a) {
			s.Advisories = append(s.Advisories, a)
		}
	}
	return s, nil
}

// is says whether a TD's module is this one.
func (m Module) is(d *quote.Domain) bool {
	return d.MRSIGNERSEAM == m.MRSIGNER && masked(d.SEAMAttributes[:], m.Mask[:], m.Attributes[:])
}

// masked says whether the bits of have under a mask are want.
func masked(have, mask, want []byte) bool {
	for i := range want {
		if have[i]&mask[i] != want[i] {
			return false
		}
	}
	return true
}

// module gives the TDX module that a TD was launched with, as Intel names it, and its standing.
func (t *TCBInfo) module(d *quote.Domain) (Module, Standing, error) {
	version, svn := d.TCB[1], d.TCB[0]
	if version == 0 { // its SVN is one of the TDX components
		return t.Module, Standing{Status: UpToDate, Date: t.Issued}, nil
	}
	m, err := t.identityOf(version)
	if err != nil {
		return Module{}, Standing{}, err
	}
	s, ok := standing(m.Levels, uint16(svn))
	if !ok {
		return Module{}, Standing{}, attest.Refuse(attest.NoTCBLevel, "TDX module %d has SVN %d, below each of its levels", version, svn)
	}
	return m.Module, s, nil
}

func (t *TCBInfo) identityOf(version uint8) (Identity, error) {
	id := fmt.Sprintf("TDX_%02X", version)
	at := slices.IndexFunc(t.Modules, func(m Identity) bool { return strings.EqualFold(m.ID, id) })
	if at < 0 {
		return Identity{}, attest.Refuse(attest.WrongIdentity, "TCB info has no TDX module %s", id)
	}
	return t.Modules[at], nil
}

// standing gives the first level that an SVN reaches.
func standing(levels []SVNLevel, svn uint16) (Standing, bool) {
	at := slices.IndexFunc(levels, func(l SVNLevel) bool { return svn >= l.SVN })
	if at < 0 {
		return Standing{}, false
	}
	return levels[at].Standing, true
}

// Standing checks that a report is of this quoting enclave, and gives what Intel says of its SVN.
//
// Errors: WrongIdentity for another enclave, NoTCBLevel where its SVN is below every level.
func (q *QEIdentity) Standing(r quote.Report) (Standing, error) {
	if r.MRSIGNER != q.MRSIGNER || r.ProdID != q.ProdID {
		return Standing{}, attest.Refuse(attest.WrongIdentity, "the quoting enclave is not Intel's: MRSIGNER %x, product %d", r.MRSIGNER, r.ProdID)
	}
	if !masked(r.MiscSelect[:], q.MiscSelectMask[:], q.MiscSelect[:]) || !masked(r.Attributes[:], q.AttributesMask[:], q.Attributes[:]) {
		return Standing{}, attest.Refuse(attest.WrongIdentity, "the quoting enclave has other attributes than Intel's")
	}
	s, ok := standing(q.Levels, r.SVN)
	if !ok {
		return Standing{}, attest.Refuse(attest.NoTCBLevel, "the quoting enclave has SVN %d, below each of its levels", r.SVN)
	}
	return s, nil
}
