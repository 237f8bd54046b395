package intel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
)

func TestStatusOfAnEnclave(t *testing.T) {
	s := newSynthetic(t)
	for name, tc := range map[string]struct {
		reason     string
		change     func(*collateral.TCBInfo, *collateral.QEIdentity)
		qeSVN      uint16
		want       attest.Code
		status     string
		advisories []string
	}{
		"UpToDate":  {"the first level is reached", nil, 4, attest.Accepted, "UpToDate", nil},
		"Component": {"one component below the first level", func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Levels[0].Components[15] = 1 }, 4, attest.Accepted, "OutOfDate", []string{"SYNTHETIC-SA-00001"}},
		"PCESVN":    {"the PCE is below it", func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Levels[0].PCESVN = 12 }, 4, attest.Accepted, "OutOfDate", []string{"SYNTHETIC-SA-00001"}},
		"NoLevel": {"below every level", func(i *collateral.TCBInfo, _ *collateral.QEIdentity) {
			i.Levels = i.Levels[:1]
			i.Levels[0].PCESVN = 12
		}, 4, attest.NoTCBLevel, "", nil},
		"Hardening":   {"Intel's word is handed on", say(collateral.SWHardeningNeeded), 4, attest.Accepted, "SWHardeningNeeded", nil},
		"Revoked":     {"so is this", say(collateral.Revoked), 4, attest.Accepted, "Revoked", nil},
		"UnknownWord": {"a new word means nothing yet", say("Splendid"), 4, attest.TCBStatus, "", nil},
		"OldQE":       {"a quoting enclave out of date makes the platform so", nil, 3, attest.Accepted, "OutOfDate", []string{"SYNTHETIC-SA-00003"}},
		"OldQEConfig": {"and leaves the need of configuration", say(collateral.ConfigurationNeeded), 2, attest.Accepted, "OutOfDateConfigurationNeeded", []string{"SYNTHETIC-SA-00003"}},
		"RevokedQE":   {"a revoked quoting enclave revokes", func(_ *collateral.TCBInfo, q *collateral.QEIdentity) { q.Levels[0].Status = collateral.Revoked }, 4, attest.Accepted, "Revoked", nil},
		"UnknownQE":   {"below every level of the identity", nil, 1, attest.NoTCBLevel, "", nil},
		"QESigner":    {"a quoting enclave of another signer", func(_ *collateral.TCBInfo, q *collateral.QEIdentity) { q.MRSIGNER[0]++ }, 4, attest.WrongIdentity, "", nil},
		"QEProduct":   {"another enclave of the same signer", func(_ *collateral.TCBInfo, q *collateral.QEIdentity) { q.ProdID = 9 }, 4, attest.WrongIdentity, "", nil},
		"QEMisc":      {"MISCSELECT under its mask", func(_ *collateral.TCBInfo, q *collateral.QEIdentity) { q.MiscSelect[0] = 1 }, 4, attest.WrongIdentity, "", nil},
		"QEDebug":     {"attributes under their mask", func(_ *collateral.TCBInfo, q *collateral.QEIdentity) { q.Attributes[0] = 0x13 }, 4, attest.WrongIdentity, "", nil},
		"QEMasked": {"bits out of the mask are free", func(_ *collateral.TCBInfo, q *collateral.QEIdentity) {
			q.AttributesMask = [16]byte{}
			q.Attributes = [16]byte{}
		}, 4, attest.Accepted, "UpToDate", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s.machine.QESVN = tc.qeSVN
			c := s.requireCode(tc.want, s.sgx(enclave()), s.collateral(quote.SGX, tc.change), tc.reason)
			require.Equal(t, tc.status, c.TCB.Status)
			require.Equal(t, tc.advisories, c.TCB.Advisories)
		})
	}
}

func say(word collateral.Status) func(*collateral.TCBInfo, *collateral.QEIdentity) {
	return func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Levels[0].Status = word }
}

func TestStatusOfATrustDomain(t *testing.T) {
	s := newSynthetic(t)
	type change = func(*collateral.TCBInfo, *collateral.QEIdentity)
	for name, tc := range map[string]struct {
		reason string
		domain func(*quote.Domain)
		change change
		qeSVN  uint16
		want   attest.Code
		status string
	}{
		"UpToDate":       {"platform, module and quoting enclave", nil, nil, 4, attest.Accepted, "UpToDate"},
		"OldModule":      {"the module's own levels decide", func(d *quote.Domain) { d.TCB[0] = 3 }, nil, 4, attest.Accepted, "OutOfDate"},
		"UnknownModule":  {"a module below its levels", func(d *quote.Domain) { d.TCB[0] = 0 }, nil, 4, attest.NoTCBLevel, ""},
		"NoSuchModule":   {"a major version that Intel does not list", func(d *quote.Domain) { d.TCB[1] = 2 }, nil, 4, attest.WrongIdentity, ""},
		"ModuleOfOthers": {"a module of another signer", func(d *quote.Domain) { d.MRSIGNERSEAM[0] = 1 }, nil, 4, attest.WrongIdentity, ""},
		"ModuleBits":     {"a module with other attributes", func(d *quote.Domain) { d.SEAMAttributes[7] = 0x80 }, nil, 4, attest.WrongIdentity, ""},
		"ModuleRevoked": {"a revoked module revokes", nil, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) {
			i.Modules[0].Levels[0].Status = collateral.Revoked
		}, 4, attest.Accepted, "Revoked"},
		"ModuleWord": {"modules have three words", nil, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) {
			i.Modules[0].Levels[0].Status = collateral.SWHardeningNeeded
		}, 4, attest.TCBStatus, ""},
		"Version0":        {"version 0 is matched as components", func(d *quote.Domain) { d.TCB[0], d.TCB[1] = 4, 0 }, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Levels[0].TDX = [16]byte{4, 0, 5} }, 4, attest.Accepted, "UpToDate"},
		"Version0Old":     {"and is out of date below them", func(d *quote.Domain) { d.TCB[0], d.TCB[1] = 3, 0 }, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Levels[0].TDX = [16]byte{4, 0, 5} }, 4, attest.Accepted, "OutOfDate"},
		"ComponentsApart": {"from version 1 on the first two components do not count", nil, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Levels[0].TDX = [16]byte{9, 9, 5} }, 4, attest.Accepted, "UpToDate"},
		"Microcode":       {"the third does", func(d *quote.Domain) { d.TCB[2] = 4 }, nil, 4, attest.Accepted, "OutOfDate"},
		"OldQE":           {"an old quoting enclave", nil, nil, 3, attest.Accepted, "OutOfDate"},
		"Relaunch":        {"launched with an old module, the new one runs: relaunch", func(d *quote.Domain) { d.Is15, d.TCB[0] = true, 3 }, nil, 4, attest.Accepted, "TDRelaunchAdvised"},
		"RelaunchConfig":  {"and configure", func(d *quote.Domain) { d.Is15, d.TCB[0] = true, 3 }, say(collateral.ConfigurationNeeded), 4, attest.Accepted, "TDRelaunchAdvisedConfigurationNeeded"},
		"RelaunchNot":     {"the old module still runs", func(d *quote.Domain) { d.Is15, d.TCB[0], d.TCB2[0] = true, 3, 3 }, nil, 4, attest.Accepted, "OutOfDate"},
		"RelaunchV0":      {"now runs a module of version 0 with the newest components", func(d *quote.Domain) { d.Is15, d.TCB[0], d.TCB2 = true, 3, [16]byte{4, 0, 5} }, nil, 4, attest.Accepted, "TDRelaunchAdvised"},
		"RelaunchUnknown": {"now runs a module that Intel does not list", func(d *quote.Domain) { d.Is15, d.TCB[0], d.TCB2[1] = true, 3, 7 }, nil, 4, attest.WrongIdentity, ""},
		"RelaunchOldQE":   {"relaunching does not mend the quoting enclave", func(d *quote.Domain) { d.Is15, d.TCB[0] = true, 3 }, nil, 3, attest.Accepted, "OutOfDate"},
		"NoLevel":         {"below every level", func(d *quote.Domain) { d.TCB[2] = 4 }, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Levels = i.Levels[:1] }, 4, attest.NoTCBLevel, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s.machine.QESVN = tc.qeSVN
			d := domain15()
			d.Is15 = false
			if tc.domain != nil {
				tc.domain(&d)
			}
			version := uint16(4)
			if d.Is15 {
				version = 5
			}
			c := s.requireCode(tc.want, s.tdx(version, d), s.collateral(quote.TDX, tc.change), tc.reason)
			require.Equal(t, tc.status, c.TCB.Status)
		})
	}
}
