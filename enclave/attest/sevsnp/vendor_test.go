package sevsnp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/sevsnp"
	"github.com/virtengine/virtengine/enclave/attest/sevsnp/sevsnptest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

var (
	then = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	tcb  = sevsnptest.TCB{FMC: 1, Bootloader: 4, TEE: 2, SNP: 23, Microcode: 72}
)

func of(report []byte, c *sevsnptest.Chip) evidence.Evidence {
	return evidence.Evidence{Platform: evidence.SEVSNP, Body: report, Endorsements: [][]byte{c.Certificate.Raw}}
}

// judged is what verifier and default policy together say.
func judged(t *testing.T, v *sevsnp.Verifier, ev evidence.Evidence, col attest.Collateral, now time.Time) (attest.Claims, attest.Code) {
	t.Helper()
	c, err := v.Verify(ev, col, now)
	if err == nil {
		p := sevsnp.DefaultPolicy()
		p.AnyMeasurement = true
		err = attest.Appraise(c, p, now)
	}
	return c, attest.CodeOf(err)
}

func TestEveryLineOfProcessors(t *testing.T) {
	for _, product := range []string{"Milan", "Genoa", "Turin"} {
		t.Run(product, func(t *testing.T) {
			vendor := sevsnptest.New(t, product, then)
			v, err := sevsnp.New(vendor.Roots())
			require.NoError(t, err)
			chip := vendor.Chip(7, tcb)
			g := sevsnptest.Guest{Launch: [48]byte{1}, ReportData: [64]byte{2}}
			for _, version := range []uint32{2, 3, 5} {
				g.Version = version
				c, code := judged(t, v, of(chip.Report(g), chip), nil, then)
				require.Equal(t, attest.Accepted, code, "version %d", version)
				require.Equal(t, g.ReportData[:], c.ReportData)
				launch, _ := c.Measured("launch")
				require.Equal(t, g.Launch[:], launch)
				require.Equal(t, chip.ID[:], c.PlatformID)
				for name, want := range map[string]uint64{"tcb.bootloader": 4, "tcb.tee": 2, "tcb.snp": 23, "tcb.microcode": 72, "product." + product: 1} {
					have, there := c.Fact(name)
					require.True(t, there, name)
					require.Equal(t, want, have, name)
				}
				fmc, there := c.Fact("tcb.fmc")
				require.Equal(t, product == "Turin", there, "only Turin has an FMC")
				if there {
					require.Equal(t, uint64(1), fmc)
				}
			}

			pinned, err := sevsnp.Roots()
			require.NoError(t, err)
			real, err := sevsnp.New(pinned)
			require.NoError(t, err)
			_, err = real.Verify(of(chip.Report(g), chip), nil, then)
			require.Contains(t, []attest.Code{attest.UnknownRoot, attest.BadSignature}, attest.CodeOf(err), "a maker of one's own is none")
		})
	}
}

func TestWhatAGuestMayBe(t *testing.T) {
	vendor := sevsnptest.New(t, "Genoa", then)
	v, err := sevsnp.New(vendor.Roots())
	require.NoError(t, err)
	chip, other := vendor.Chip(7, tcb), vendor.Chip(8, tcb)
	older := vendor.Chip(7, sevsnptest.TCB{Bootloader: 3, TEE: 2, SNP: 23, Microcode: 72})
	rented := vendor.Rented(tcb, then.AddDate(1, 0, 0))
	list := func(listed bool, from, until time.Time) attest.Collateral {
		return attest.Collateral{{Class: attest.AMDCRL, Raw: vendor.CRL(listed, from, until)}}
	}
	day := 24 * time.Hour
	for name, tc := range map[string]struct {
		reason string
		ev     evidence.Evidence
		col    attest.Collateral
		now    time.Time
		want   attest.Code
	}{
		"Plain":            {"a guest at level 0 on committed firmware", of(chip.Report(sevsnptest.Guest{}), chip), nil, then, attest.Accepted},
		"Debug":            {"its memory can be read", of(chip.Report(sevsnptest.Guest{Policy: 1 << 19}), chip), nil, then, attest.Debug},
		"Migratable":       {"a migration agent can take it elsewhere", of(chip.Report(sevsnptest.Guest{Policy: 1 << 18}), chip), nil, then, attest.Attributes},
		"HigherLevel":      {"whoever is below it sees everything", of(chip.Report(sevsnptest.Guest{VMPL: 1}), chip), nil, then, attest.PrivilegeLevel},
		"NoAliasCheck":     {"memory modules may lie about their size", of(chip.Report(sevsnptest.Guest{NoAlias: true}), chip), nil, then, attest.NoAliasCheck},
		"Provisional":      {"what runs can be rolled back", of(chip.Report(sevsnptest.Guest{Provisional: true}), chip), nil, then, attest.Provisional},
		"HiddenChip":       {"the certificate names the chip that the report hides", of(chip.Report(sevsnptest.Guest{HideChip: true}), chip), nil, then, attest.Accepted},
		"OtherChip":        {"another chip's certificate", of(chip.Report(sevsnptest.Guest{}), other), nil, then, attest.BadSignature},
		"OlderCertificate": {"a certificate of older firmware has another key", of(chip.Report(sevsnptest.Guest{}), older), nil, then, attest.BadSignature},
		"Rented":           {"a provider's key, in time", of(rented.Report(sevsnptest.Guest{}), rented), nil, then, attest.Accepted},
		"RentedTooLong":    {"a provider's key that ended", of(rented.Report(sevsnptest.Guest{}), rented), nil, then.AddDate(1, 0, 1), attest.Expired},
		"TooEarly":         {"a certificate of the future", of(chip.Report(sevsnptest.Guest{}), chip), nil, then.AddDate(-2, 0, 0), attest.NotYetValid},
		"Listed":           {"the authority was revoked", of(chip.Report(sevsnptest.Guest{}), chip), list(true, then.Add(-day), then.Add(day)), then, attest.Revoked},
		"NotListed":        {"the list is in force, and names nobody", of(chip.Report(sevsnptest.Guest{}), chip), list(false, then.Add(-day), then.Add(day)), then, attest.Accepted},
		"OldList":          {"a list that ended says nothing any more", of(chip.Report(sevsnptest.Guest{}), chip), list(false, then.Add(-3*day), then.Add(-day)), then, attest.Expired},
		"NoCertificate":    {"nothing says whose key signed", evidence.Evidence{Platform: evidence.SEVSNP, Body: chip.Report(sevsnptest.Guest{})}, nil, then, attest.MissingChain},
	} {
		t.Run(name, func(t *testing.T) {
			_, code := judged(t, v, tc.ev, tc.col, tc.now)
			require.Equal(t, tc.want, code, tc.reason)
		})
	}
}

func TestAReportOfAnotherLineIsNotThisCertificates(t *testing.T) {
	vendor := sevsnptest.New(t, "Genoa", then)
	v, err := sevsnp.New(vendor.Roots())
	require.NoError(t, err)
	chip := vendor.Chip(7, tcb)
	report := chip.Report(sevsnptest.Guest{})
	report[0x189] = 0x01 // Milan's model
	_, err = v.Verify(of(report, chip), nil, then)
	require.Equal(t, attest.MismatchedKey, attest.CodeOf(err))
}
