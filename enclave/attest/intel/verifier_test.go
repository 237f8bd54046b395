package intel_test

import (
	"bytes"
	"crypto/elliptic"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/inteltest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

func TestWhatAQuoteSays(t *testing.T) {
	s := newSynthetic(t)
	sgx := s.collateral(quote.SGX, nil)
	tdx := s.collateral(quote.TDX, nil)

	c := s.requireCode(attest.Accepted, s.sgx(enclave()), sgx, "a plain enclave")
	require.Equal(t, "sgx-quote-v3", c.Format)
	require.Equal(t, "UpToDate", c.TCB.Status)
	require.EqualValues(t, 20, c.TCB.EvaluationNumber)
	require.Equal(t, s.now.AddDate(0, 0, 30), c.ValidUntil, "documents and lists end before certificates")
	require.Equal(t, append([]byte{1, 2, 3, 4, 5, 6, 9, 8, 7}, make([]byte, 13)...), c.PlatformID)
	requireFacts(t, c, map[string]uint64{"isv_prod_id": 7, "isv_svn": 3, "xfrm": 3, "mode64": 1, "debug": 0, "provision_key": 0, "crl_checked": 1})
	requireMeasured(t, c, "mrenclave", append([]byte{1}, make([]byte, 31)...))
	require.Equal(t, byte(0xAB), c.ReportData[0])

	for name, tc := range map[string]struct {
		reason  string
		version uint16
		domain  quote.Domain
		format  string
		report  uint64
	}{
		"V4":   {"the usual one", 4, domain(), "tdx-quote-v4", 10},
		"V5":   {"version 5 with TD report 1.0", 5, domain(), "tdx-quote-v5", 10},
		"V515": {"version 5 with TD report 1.5", 5, domain15(), "tdx-quote-v5", 15},
	} {
		t.Run(name, func(t *testing.T) {
			c := s.requireCode(attest.Accepted, s.tdx(tc.version, tc.domain), tdx, tc.reason)
			require.Equal(t, tc.format, c.Format)
			requireFacts(t, c, map[string]uint64{"td_report": tc.report, "sept_ve_disable": 1, "pks": 0, "kl": 0, "perfmon": 0, "xfam": 0xE7, "tee_tcb_svn.0": 4, "tee_tcb_svn.1": 1, "tee_tcb_svn.2": 5})
			_, has := c.Measured("mrservicetd")
			require.Equal(t, tc.domain.Is15, has)
		})
	}
}

func requireFacts(t *testing.T, c attest.Claims, want map[string]uint64) {
	t.Helper()
	for name, v := range want {
		got, ok := c.Fact(name)
		require.True(t, ok, name)
		require.Equal(t, v, got, name)
	}
}

func requireMeasured(t *testing.T, c attest.Claims, name string, want []byte) {
	t.Helper()
	got, ok := c.Measured(name)
	require.True(t, ok, name)
	require.Equal(t, want, got)
}

func TestOpenPlatformsAreRefused(t *testing.T) {
	s := newSynthetic(t)
	for name, tc := range map[string]struct {
		reason string
		flags  uint64
		want   attest.Code
	}{
		"Debug":     {"memory of a debug enclave can be read", quote.FlagMode64 | quote.FlagDebug, attest.Debug},
		"Provision": {"it may derive provisioning keys", quote.FlagMode64 | quote.FlagProvisionKey, attest.Attributes},
		"Token":     {"it may derive launch keys", quote.FlagMode64 | quote.FlagTokenKey, attest.Attributes},
		"KSS":       {"key separation opens nothing", quote.FlagMode64 | quote.FlagKSS, attest.Accepted},
	} {
		t.Run("SGX"+name, func(t *testing.T) {
			r := enclave()
			r.Flags = tc.flags
			c := s.requireCode(tc.want, s.sgx(r), s.collateral(quote.SGX, nil), tc.reason)
			require.Equal(t, tc.want == attest.Debug, c.Debug)
			require.Equal(t, r.Data[:], c.ReportData, "what was read is beside the refusal")
			if tc.want != attest.Accepted {
				s.requireCode(tc.want, s.sgx(r), nil, "whatever collateral there is")
			}
		})
	}
	for name, bits := range map[string]uint64{"Debug": 1, "HGSPlus": 1 << 4, "PerfProfiling": 1 << 5, "PMT": 1 << 6} {
		t.Run("TDX"+name, func(t *testing.T) {
			d := domain()
			d.Attributes |= bits
			c := s.requireCode(attest.Debug, s.tdx(4, d), s.collateral(quote.TDX, nil), "each bit of the group TUD opens the TD")
			require.True(t, c.Debug)
		})
	}
}

func TestRevocation(t *testing.T) {
	s := newSynthetic(t)
	ev, col, next := s.sgx(enclave()), s.collateral(quote.SGX, nil), s.now.AddDate(0, 0, 30)
	made := func(raw []byte, err error) []byte {
		require.NoError(t, err)
		return raw
	}
	other := newSynthetic(t)
	for name, tc := range map[string]struct {
		reason string
		class  attest.Class
		raw    [][]byte
		want   attest.Code
		fact   uint64
	}{
		"PCK":         {"the machine's certificate", attest.PCKCRL, [][]byte{made(s.vendor.PCKCRL(s.now, next, big.NewInt(5), s.machine.Serial()))}, attest.Revoked, 0},
		"Authority":   {"the PCK issuer", attest.RootCRL, [][]byte{made(s.vendor.RootCRL(s.now, next, true, false))}, attest.Revoked, 0},
		"Signer":      {"the TCB signer", attest.RootCRL, [][]byte{made(s.vendor.RootCRL(s.now, next, false, true))}, attest.Revoked, 0},
		"OtherPCK":    {"another machine's certificate", attest.PCKCRL, [][]byte{made(s.vendor.PCKCRL(s.now, next, big.NewInt(5)))}, attest.Accepted, 1},
		"Old":         {"a list is needed that is in force", attest.PCKCRL, [][]byte{made(s.vendor.PCKCRL(s.now.AddDate(0, -2, 0), s.now.AddDate(0, -1, 0)))}, attest.Expired, 0},
		"Early":       {"nor may it begin later", attest.RootCRL, [][]byte{made(s.vendor.RootCRL(next, next.AddDate(0, 1, 0), false, false))}, attest.NotYetValid, 0},
		"NoPCKList":   {"the verifier goes on and says so", attest.PCKCRL, nil, attest.Accepted, 0},
		"NoRootList":  {"one list is not both", attest.RootCRL, nil, attest.Accepted, 0},
		"NotALIst":    {"garbage is no list", attest.PCKCRL, [][]byte{{1, 2, 3}}, attest.Malformed, 0},
		"SelfMade":    {"a list of the same names, signed by another", attest.PCKCRL, [][]byte{made(other.vendor.PCKCRL(s.now, next))}, attest.BadSignature, 0},
		"OtherIssuer": {"lists of both PCK issuers may be there", attest.PCKCRL, [][]byte{made(s.vendor.OtherPCKCRL(s.now, next)), made(s.vendor.PCKCRL(s.now, next))}, attest.Accepted, 1},
		"OnlyOther":   {"the other issuer's list says nothing of this machine", attest.PCKCRL, [][]byte{made(s.vendor.OtherPCKCRL(s.now, next))}, attest.Accepted, 0},
		"BothAndMore": {"one list more cannot hide the other", attest.PCKCRL, [][]byte{made(s.vendor.PCKCRL(s.now, next)), made(s.vendor.PCKCRL(s.now, next, s.machine.Serial()))}, attest.Revoked, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := s.requireCode(tc.want, ev, replace(col, tc.class, tc.raw...), tc.reason)
			if tc.want == attest.Accepted {
				requireFacts(t, c, map[string]uint64{"crl_checked": tc.fact})
				policy := intel.DefaultPolicy(evidence.SGX)
				policy.AnyMeasurement = true
				require.NoError(t, attest.Appraise(c, policy, s.now))
				policy.Rules = append(policy.Rules, intel.RequireRevocation())
				require.Equal(t, tc.fact == 1, attest.Appraise(c, policy, s.now) == nil, "a policy may demand lists")
			}
		})
	}
}

func TestCollateralOfOthers(t *testing.T) {
	s := newSynthetic(t)
	other := newSynthetic(t)
	ev, col := s.sgx(enclave()), s.collateral(quote.SGX, nil)
	foreign := other.collateral(quote.SGX, nil)
	signed := func(raw string) []byte {
		out, err := s.vendor.SignRaw(collateral.NameTCBInfo, []byte(raw))
		require.NoError(t, err)
		return out
	}
	for name, tc := range map[string]struct {
		reason string
		col    attest.Collateral
		want   attest.Code
	}{
		"ForeignInfo":   {"signed by another vendor's signer", replace(col, attest.TCBInfo, foreign.Of(attest.TCBInfo)...), attest.BadSignature},
		"ForeignQE":     {"the identity too", replace(col, attest.QEIdentity, foreign.Of(attest.QEIdentity)...), attest.BadSignature},
		"ForeignSigner": {"a signer of the right names that the root did not sign", replace(col, attest.Certificates, other.vendor.Signing()), attest.WrongSigner},
		"BothSigners":   {"the right one is found among both", replace(col, attest.Certificates, other.vendor.Signing(), s.vendor.Signing()), attest.Accepted},
		"WrongSigner":   {"the PCK authority is no TCB signer", replace(col, attest.Certificates, s.vendor.PCKAuthority()), attest.WrongSigner},
		"NoSigner":      {"signers of this root are not known", replace(col, attest.Certificates), attest.MissingCollateral},
		"OtherFMSPC": {"of other machines", s.collateral(quote.SGX, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) {
			i.FMSPC[0]++
		}), attest.WrongCollateral},
		"OtherPCEID": {"of another PCE", s.collateral(quote.SGX, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) {
			i.PCEID[0]++
		}), attest.WrongCollateral},
		"TDXSet":      {"SGX quote with collateral of TDX", s.collateral(quote.TDX, nil), attest.WrongCollateral},
		"BothSets":    {"order and company do not matter", append(s.collateral(quote.TDX, nil), col...), attest.Accepted},
		"TooMany":     {"pieces are bounded", make(attest.Collateral, attest.MaxItems+1), attest.TooLarge},
		"TooLarge":    {"their sizes too", attest.Collateral{{Class: attest.TCBInfo, Raw: make([]byte, attest.MaxItem+1)}}, attest.TooLarge},
		"Version2":    {"older TCB info is not read", replace(col, attest.TCBInfo, signed(`{"version":2}`)), attest.Unsupported},
		"Twice":       {"a name that stands twice", replace(col, attest.TCBInfo, signed(`{"version":3,"version":3}`)), attest.Malformed},
		"NotJSON":     {"no document", replace(col, attest.TCBInfo, []byte("<html>")), attest.Malformed},
		"FutureIssue": {"issued later", s.collateral(quote.SGX, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.Issued = s.now.AddDate(0, 0, 2) }), attest.NotYetValid},
		"PastNext":    {"updated since", s.collateral(quote.SGX, func(_ *collateral.TCBInfo, q *collateral.QEIdentity) { q.Next = s.now }), attest.Expired},
	} {
		t.Run(name, func(t *testing.T) { s.requireCode(tc.want, ev, tc.col, tc.reason) })
	}
}

func TestOthersRoots(t *testing.T) {
	s, other := newSynthetic(t), newSynthetic(t)
	s.requireCode(attest.UnknownRoot, other.sgx(enclave()), s.collateral(quote.SGX, nil), "a chain of the right names ends at its own root")
	_, err := genuine(t).Verify(s.sgx(enclave()), s.collateral(quote.SGX, nil), s.now)
	require.Equal(t, attest.UnknownRoot, attest.CodeOf(err), "Intel's verifier knows no synthetic vendor")
	_, err = intel.New(nil)
	require.Error(t, err, "a verifier without roots is none")
	signer, err := pki.ParseAll(s.vendor.Signing())
	require.NoError(t, err)
	_, err = intel.New(signer[:1])
	require.Error(t, err, "nor is one whose root is no authority")
}

// malleate replaces s by n-s in the quote's signature.
func malleate(body []byte, at int) []byte {
	out := bytes.Clone(body)
	s := new(big.Int).SetBytes(out[at+32 : at+64])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(out[at+32 : at+64])
	return out
}

func TestSignaturesAreNoPartOfIds(t *testing.T) {
	s := newSynthetic(t)
	ev, col := s.tdx(4, domain()), s.collateral(quote.TDX, nil)
	one := s.requireCode(attest.Accepted, ev, col, "as it was made")
	const signed = 48 + quote.Domain10Size
	require.Equal(t, hashes.Of(ev.Body[:signed]), one.Statement)
	ev.Body = malleate(ev.Body, signed+4)
	two := s.requireCode(attest.Accepted, ev, col, "n-s verifies where s does")
	require.Equal(t, one, two, "and says the same")
}

func TestVerdictsDoNotDependOnOrderOrRepetition(t *testing.T) {
	s := newSynthetic(t)
	ev, col := s.tdx(5, domain15()), s.collateral(quote.TDX, nil)
	want := s.requireCode(attest.Accepted, ev, col, "as made")
	for turn := range col {
		turned := append(append(attest.Collateral{}, col[turn:]...), col[:turn]...)
		require.Equal(t, want, s.requireCode(attest.Accepted, ev, turned, "turned around"))
		require.Equal(t, want, s.requireCode(attest.Accepted, ev, append(turned, col...), "everything twice"))
	}
}

func TestNewestCollateralDecides(t *testing.T) {
	s := newSynthetic(t)
	ev := s.sgx(enclave())
	old := s.collateral(quote.SGX, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) { i.EvaluationNumber = 19 })
	now := s.collateral(quote.SGX, func(i *collateral.TCBInfo, _ *collateral.QEIdentity) {
		i.Levels[0].Status = collateral.ConfigurationNeeded
	})
	both := append(old, now...)
	c := s.requireCode(attest.Accepted, ev, both, "both are in force")
	require.Equal(t, "ConfigurationNeeded", c.TCB.Status)
	policy := intel.DefaultPolicy(evidence.SGX)
	policy.AnyMeasurement = true
	require.Equal(t, attest.TCBStatus, attest.CodeOf(attest.Appraise(c, policy, s.now)))
}

func TestServiceTDsAreForPolicies(t *testing.T) {
	s := newSynthetic(t)
	policy := intel.DefaultPolicy(evidence.TDX)
	policy.AnyMeasurement = true
	for name, tc := range map[string]struct {
		reason  string
		version uint16
		change  func(*quote.Domain)
		want    attest.Code
	}{
		"None":       {"no service TD", 5, func(d *quote.Domain) { d.Is15 = true }, attest.Accepted},
		"Bound":      {"a service TD can take the TD elsewhere", 5, func(d *quote.Domain) { d.Is15, d.MRSERVICETD[3] = true, 1 }, attest.Attributes},
		"NotStated":  {"TD report 1.0 does not speak of them", 4, func(*quote.Domain) {}, attest.Accepted},
		"Migratable": {"it could be moved", 4, func(d *quote.Domain) { d.Attributes |= quote.TDMigratable }, attest.Attributes},
	} {
		t.Run(name, func(t *testing.T) {
			d := domain()
			d.TCB2 = inteltest.UsualTCB
			tc.change(&d)
			c := s.requireCode(attest.Accepted, s.tdx(tc.version, d), s.collateral(quote.TDX, nil), "genuine")
			require.Equal(t, tc.want, attest.CodeOf(attest.Appraise(c, policy, s.now)), tc.reason)
		})
	}
}

func TestCertificatesHaveTimes(t *testing.T) {
	s := newSynthetic(t)
	ev, col := s.sgx(enclave()), s.collateral(quote.SGX, nil)
	for name, tc := range map[string]struct {
		now  time.Time
		want attest.Code
	}{
		"Before": {s.now.Add(-2 * time.Hour), attest.NotYetValid},
		"First":  {s.now, attest.Accepted},
		"Last":   {s.now.AddDate(0, 0, 30), attest.Accepted},
		"After":  {s.now.AddDate(0, 0, 30).Add(time.Second), attest.Expired},
		"Never":  {time.Time{}, attest.NoTime},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.verifier.Verify(ev, col, tc.now)
			require.Equal(t, tc.want, attest.CodeOf(err), "%v", err)
		})
	}
}
