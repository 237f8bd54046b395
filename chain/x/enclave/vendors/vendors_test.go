package vendors

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/inteltest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/attest/nitro"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/enclave/attest/sevsnp"
	"github.com/virtengine/virtengine/enclave/evidence"
)

var then = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

// ours are vendors of whom Intel's part is a synthetic one.
func ours(t *testing.T, intel *inteltest.Vendor) types.Vendors {
	t.Helper()
	amd, err := sevsnp.Roots()
	require.NoError(t, err)
	amazon, err := nitro.Roots()
	require.NoError(t, err)
	v, err := New(Roots{Intel: intel.Roots(), AMD: amd, Amazon: amazon})
	require.NoError(t, err)
	return v
}

// TestWhatAnybodyBringsIsWhatEvidenceIsJudgedBy brings a vendor's collateral piece by piece, as messages do, and judges quotes of
// both kinds by what is then in state.
func TestWhatAnybodyBringsIsWhatEvidenceIsJudgedBy(t *testing.T) {
	intel, err := inteltest.New(then)
	require.NoError(t, err)
	machine, err := intel.Machine(inteltest.Spec{FMSPC: [6]byte{0xab, 2, 3, 4, 5, 6}, PPID: [16]byte{9}, Components: [16]byte{7, 7, 2, 2, 3, 1, 0, 3}, PCESVN: 11})
	require.NoError(t, err)
	v := ours(t, intel)
	sgx, err := machine.SGX(quote.Report{Flags: quote.FlagMode64, XFRM: 3, MRENCLAVE: [32]byte{1}, MRSIGNER: [32]byte{2}, Data: [64]byte{0xab}})
	require.NoError(t, err)
	tdx, err := machine.TDX(4, quote.Domain{TCB: inteltest.UsualTCB, Attributes: quote.TDSeptVEDisable, XFAM: 0xe7, MRTD: [48]byte{1}, Data: [64]byte{0xcd}})
	require.NoError(t, err)

	state := map[types.Want]types.Collateral{}
	for _, tee := range []quote.TEE{quote.SGX, quote.TDX} {
		all, err := intel.Complete(machine.UsualInfo(tee, then), inteltest.UsualIdentity(tee, then), then)
		require.NoError(t, err)
		var chain []*x509.Certificate
		for _, raw := range append(all.Of(attest.Certificates), intel.PCKAuthority()) {
			certs, err := pki.ParseAll(raw)
			require.NoError(t, err)
			chain = append(chain, certs...)
		}
		for _, item := range all {
			if item.Class == attest.Certificates {
				continue
			}
			records, err := v.Read(item, chain, then)
			require.NoError(t, err, item.Class)
			for _, r := range records {
				state[types.Want{Class: attest.Class(r.Class), Key: r.Key}] = r
			}
			_, err = v.Read(item, chain, then.AddDate(5, 0, 0))
			require.Error(t, err, "%s ends", item.Class)
		}
	}
	require.Contains(t, state, types.Want{Class: attest.TCBInfo, Key: "tdx/AB0203040506"})

	for platform, body := range map[evidence.Platform][]byte{evidence.SGX: sgx, evidence.TDX: tdx} {
		ev := evidence.Evidence{Platform: platform, Body: body}
		wants, err := v.Wants(ev)
		require.NoError(t, err)
		var col attest.Collateral
		for _, w := range wants {
			r, there := state[w]
			require.True(t, there, "%s %s", w.Class, w.Key)
			col = append(col, attest.Item{Class: w.Class, Raw: r.Raw})
		}
		verifier, err := v.Verifier(platform, nil)
		require.NoError(t, err)
		claims, err := verifier.Verify(ev, col, then)
		require.NoError(t, err)
		require.Equal(t, "UpToDate", claims.TCB.Status)
		checked, _ := claims.Fact("crl_checked")
		require.Equal(t, uint64(1), checked, "both lists were in state")
	}
}

func TestCollateralOfNobodyIsNotKept(t *testing.T) {
	intel, err := inteltest.New(then)
	require.NoError(t, err)
	other, err := inteltest.New(then)
	require.NoError(t, err)
	v := ours(t, intel)
	info, err := other.QEIdentity(inteltest.UsualIdentity(quote.SGX, then))
	require.NoError(t, err)
	chain, err := pki.ParseAll(other.Signing())
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		item   attest.Item
		want   attest.Code
	}{
		"OtherVendor": {"another root signed it", attest.Item{Class: attest.QEIdentity, Raw: info}, attest.WrongSigner},
		"Garbage":     {"no document at all", attest.Item{Class: attest.TCBInfo, Raw: []byte("{}")}, attest.Malformed},
		"OtherClass":  {"certificates alone say nothing", attest.Item{Class: attest.Certificates, Raw: other.Signing()}, attest.Unsupported},
		"TooLarge":    {"a piece has a bound", attest.Item{Class: attest.RootCRL, Raw: make([]byte, attest.MaxItem+1)}, attest.TooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Read(tc.item, chain, then)
			require.Equal(t, tc.want, attest.CodeOf(err), tc.reason)
		})
	}
}

func TestWhoHasAVerifier(t *testing.T) {
	v, err := Pinned()
	require.NoError(t, err)
	for _, p := range []evidence.Platform{evidence.SGX, evidence.TDX, evidence.SEVSNP, evidence.Nitro} {
		_, err := v.Verifier(p, nil)
		require.NoError(t, err, p)
	}
	for _, p := range []evidence.Platform{evidence.AzureVTPM, evidence.TPM2, evidence.Simulated, evidence.SoftTPM, "sgx2"} {
		_, err := v.Verifier(p, nil)
		require.ErrorIs(t, err, types.ErrPlatform, p)
	}
	_, err = v.Verifier(evidence.SoftTPM, []types.DevelopmentRoot{{Platform: string(evidence.SoftTPM), Root: []byte("no certificate")}})
	require.ErrorIs(t, err, types.ErrPlatform)
}
