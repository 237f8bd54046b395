package intel_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel"
	"github.com/virtengine/virtengine/enclave/attest/intel/collateral"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

// folder finds the recorded evidence, which is no part of this tree.
func folder(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("VE_VECTORS")
	if dir == "" {
		at, err := os.Getwd()
		require.NoError(t, err)
		for ; ; at = filepath.Dir(at) {
			if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
				dir = filepath.Join(at, "..", "shared", "vectors")
				break
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	dir = filepath.Join(dir, "attestation")
	if _, err := os.Stat(dir); err != nil {
		t.Log("NOT RUN: " + t.Name() + ": genuine Intel quotes, since their folder is not there; name it with VE_VECTORS")
		t.SkipNow()
	}
	return dir
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return raw
}

// reported takes the quote out of a report of dstack.
func reported(t testing.TB, raw []byte) []byte {
	t.Helper()
	var doc struct {
		Quote string `json:"quote"`
	}
	require.NoError(t, json.Unmarshal(raw, &doc))
	q, err := hex.DecodeString(doc.Quote)
	require.NoError(t, err)
	return q
}

func genuine(t testing.TB) *intel.Verifier {
	t.Helper()
	roots, err := intel.Roots()
	require.NoError(t, err)
	v, err := intel.New(roots)
	require.NoError(t, err)
	return v
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }

// Names of files of the folder.
const (
	sgxQuote    = "oasis/quote_v3_ecdsa_p256_pck_chain.bin"
	sgxInfo     = "oasis/tcb_info_v3_fmspc_00606A000000.json"
	sgxCerts    = "oasis/tcb_info_v3_fmspc_00606A000000_certs.pem"
	sgxBadCerts = "oasis/tcb_info_v3_fmspc_00606A000000_certs_bad.pem"
	sgxQE       = "oasis/qe_identity_v2.json"
	eppidQuote  = "oasis/quote_v3_ecdsa_p256_eppid.bin"
	tdxQuote    = "oasis/quote_v4_tdx_ecdsa_p256.bin"
	tdxInfo     = "oasis/tcb_info_v3_tdx_fmspc_C0806F000000.json"
	tdxQE       = "oasis/qe_identity_v2_tdx2.json"
	oldQuote    = "oasis/quote_v4_tdx_ecdsa_p256_out_of_date.bin"
	oldInfo     = "oasis/tcb_info_v3_tdx_fmspc_50806F000000.json"
	oldQE       = "oasis/qe_identity_v2_tdx.json"
	tailQuote   = "oasis/quote_v4_tdx_ecdsa_p256_trailing.bin"
)

var (
	sgxTime = time.Unix(1671497404, 0).UTC()
	tdxTime = day(2024, time.September, 10)
	oldTime = day(2023, time.July, 1)
)

func TestGenuineEvidence(t *testing.T) {
	dir := folder(t)
	v := genuine(t)
	for name, tc := range map[string]struct {
		reason   string
		platform evidence.Platform
		quote    string
		info     string
		qe       string
		certs    string
		now      time.Time
		want     attest.Code
		status   string
	}{
		"SGX":            {"its own collateral, and the status that Intel gives", evidence.SGX, sgxQuote, sgxInfo, sgxQE, sgxCerts, sgxTime, attest.Accepted, "SWHardeningNeeded"},
		"SGXKnownSigner": {"the signer's certificate need not be sent, it is known", evidence.SGX, sgxQuote, sgxInfo, sgxQE, "", sgxTime, attest.Accepted, "SWHardeningNeeded"},
		"SGXWrongSigner": {"another certificate of the root is no TCB signer", evidence.SGX, sgxQuote, sgxInfo, sgxQE, sgxBadCerts, sgxTime, attest.WrongSigner, ""},
		"SGXAsTDX":       {"a quote is of the platform that was said", evidence.TDX, sgxQuote, sgxInfo, sgxQE, sgxCerts, sgxTime, attest.WrongPlatform, ""},
		"SGXTDXInfo":     {"TCB info of the other TEE", evidence.SGX, sgxQuote, tdxInfo, sgxQE, sgxCerts, tdxTime, attest.WrongCollateral, ""},
		"SGXTDXIdentity": {"identity of the other TEE's quoting enclave", evidence.SGX, sgxQuote, sgxInfo, tdxQE, sgxCerts, sgxTime, attest.WrongCollateral, ""},
		"SGXNoInfo":      {"nothing is assumed of a platform", evidence.SGX, sgxQuote, "", sgxQE, sgxCerts, sgxTime, attest.MissingCollateral, ""},
		"SGXNoIdentity":  {"nothing is assumed of a quoting enclave", evidence.SGX, sgxQuote, sgxInfo, "", sgxCerts, sgxTime, attest.MissingCollateral, ""},
		"SGXEarly":       {"before the collateral was issued", evidence.SGX, sgxQuote, sgxInfo, sgxQE, sgxCerts, day(2022, 12, 18), attest.NotYetValid, ""},
		"SGXLate":        {"after the collateral's next update", evidence.SGX, sgxQuote, sgxInfo, sgxQE, sgxCerts, day(2023, 1, 20), attest.Expired, ""},
		"SGXNoTime":      {"a zero time is refused", evidence.SGX, sgxQuote, sgxInfo, sgxQE, sgxCerts, time.Time{}, attest.NoTime, ""},
		"EPPID":          {"certification type 3 has no chain to verify", evidence.SGX, eppidQuote, sgxInfo, sgxQE, sgxCerts, sgxTime, attest.Unsupported, ""},
		"TDX":            {"module identity TDX_01 and platform are up to date", evidence.TDX, tdxQuote, tdxInfo, tdxQE, sgxCerts, tdxTime, attest.Accepted, "UpToDate"},
		"TDXKnownSigner": {"as the recording has it, without certificates", evidence.TDX, tdxQuote, tdxInfo, tdxQE, "", tdxTime, attest.Accepted, "UpToDate"},
		"TDXOtherFMSPC":  {"TCB info of other machines", evidence.TDX, tdxQuote, oldInfo, tdxQE, sgxCerts, tdxTime, attest.WrongCollateral, ""},
		"TDXOutOfDate":   {"the TD's microcode is older than every level that Intel lists", evidence.TDX, oldQuote, oldInfo, oldQE, sgxCerts, oldTime, attest.NoTCBLevel, ""},
		"TDXTrailing":    {"zero bytes behind the quote", evidence.TDX, tailQuote, tdxInfo, tdxQE, sgxCerts, tdxTime, attest.TrailingBytes, ""},
		"DstackNoInfo":   {"recorded without collateral", evidence.TDX, "dstack/tdx_quote", "", "", "", day(2025, 10, 1), attest.TrailingBytes, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var col attest.Collateral
			for _, i := range []struct {
				class attest.Class
				name  string
			}{{attest.Certificates, tc.certs}, {attest.QEIdentity, tc.qe}, {attest.TCBInfo, tc.info}} {
				if i.name != "" {
					col = append(col, attest.Item{Class: i.class, Raw: read(t, dir, i.name)})
				}
			}
			claims, err := v.Verify(evidence.Evidence{Platform: tc.platform, Body: read(t, dir, tc.quote)}, col, tc.now)
			require.Equal(t, tc.want, attest.CodeOf(err), "%s: %v", tc.reason, err)
			require.Equal(t, tc.status, claims.TCB.Status)
		})
	}
}

func TestGenuineChainsWithoutCollateral(t *testing.T) {
	dir := folder(t)
	v := genuine(t)
	for name, raw := range map[string][]byte{
		"dstack/tdx_quote":         read(t, dir, "dstack/tdx_quote"),
		"dstack/quote-report.json": reported(t, read(t, dir, "dstack/quote-report.json")),
	} {
		t.Run(name, func(t *testing.T) {
			body := quote.Unpad(raw)
			require.Equal(t, 70, len(raw)-len(body), "the recorder's buffer was larger than its quote")
			now := day(2025, 10, 1)
			claims, err := v.Verify(evidence.Evidence{Platform: evidence.TDX, Body: body}, nil, now)
			require.Equal(t, attest.MissingCollateral, attest.CodeOf(err), "every signature holds, and what Intel says of it is missing: %v", err)
			require.Len(t, claims.PlatformID, 22)
			_, err = v.Verify(evidence.Evidence{Platform: evidence.TDX, Body: raw}, nil, now)
			require.Equal(t, attest.TrailingBytes, attest.CodeOf(err))
		})
	}
}

// bundle is how Oasis keeps a quote and its collateral in CBOR: bodies and signatures apart.
type bundle struct {
	TCB struct {
		Certs []byte `cbor:"certs"`
		QE    struct {
			Signature string `cbor:"signature"`
			Body      []byte `cbor:"enclave_identity"`
		} `cbor:"qe_id"`
		Info struct {
			Signature string `cbor:"signature"`
			Body      []byte `cbor:"tcb_info"`
		} `cbor:"tcb_info"`
	} `cbor:"tcb"`
	Quote []byte `cbor:"quote"`
}

func (b bundle) collateral(t *testing.T) attest.Collateral {
	t.Helper()
	info, err := hex.DecodeString(b.TCB.Info.Signature)
	require.NoError(t, err)
	qe, err := hex.DecodeString(b.TCB.QE.Signature)
	require.NoError(t, err)
	return attest.Collateral{
		{Class: attest.TCBInfo, Raw: collateral.Join(collateral.NameTCBInfo, b.TCB.Info.Body, info)},
		{Class: attest.QEIdentity, Raw: collateral.Join(collateral.NameQEIdentity, b.TCB.QE.Body, qe)},
		{Class: attest.Certificates, Raw: b.TCB.Certs},
	}
}

func TestBundlesOfOasis(t *testing.T) {
	dir := folder(t)
	v := genuine(t)

	var b bundle
	require.NoError(t, cbor.Unmarshal(read(t, dir, "oasis/pcs_quote_bundle.cbor"), &b))
	require.Equal(t, read(t, dir, sgxQuote), b.Quote, "the quote of the other files")
	c, err := v.Verify(evidence.Evidence{Platform: evidence.SGX, Body: b.Quote}, b.collateral(t), sgxTime)
	require.NoError(t, err)
	require.Equal(t, "SWHardeningNeeded", c.TCB.Status)

	var a struct {
		V     int `cbor:"v"`
		Quote struct {
			PCS bundle `cbor:"pcs"`
		} `cbor:"quote"`
	}
	require.NoError(t, cbor.Unmarshal(read(t, dir, "oasis/sgx_attestation_v1.bin"), &a))
	old, now := a.Quote.PCS, day(2022, time.September, 12)
	c, err = v.Verify(evidence.Evidence{Platform: evidence.SGX, Body: old.Quote}, old.collateral(t), now)
	require.Equal(t, attest.Debug, attest.CodeOf(err), "a genuine debug enclave: %v", err)
	require.True(t, c.Debug)
	_, err = collateral.ParseTCBInfo(old.collateral(t).Of(attest.TCBInfo)[0])
	require.Equal(t, attest.Unsupported, attest.CodeOf(err), "and its TCB info is of version 2: %v", err)
}

// TestVerdictsAreTheSameEverywhere pins what the genuine quotes say, to the last byte of their claims: a difference
// between machines or releases of Go would split a chain.
func TestVerdictsAreTheSameEverywhere(t *testing.T) {
	dir := folder(t)
	v := genuine(t)
	for name, tc := range map[string]struct {
		ev       evidence.Evidence
		info, qe string
		now      time.Time
		want     string
	}{
		"SGX": {evidence.Evidence{Platform: evidence.SGX, Body: read(t, dir, sgxQuote)}, sgxInfo, sgxQE, sgxTime, "sha256:7c42e4ce5bfe7b2a07ac00b67f28cd69444137433ef754c8194857e1e3303bab"},
		"TDX": {evidence.Evidence{Platform: evidence.TDX, Body: read(t, dir, tdxQuote)}, tdxInfo, tdxQE, tdxTime, "sha256:fb98f387365751bb70fcfbea617351f8576d8f0a8ee1d95e9c2134c95aadcc57"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := v.Verify(tc.ev, attest.Collateral{
				{Class: attest.TCBInfo, Raw: read(t, dir, tc.info)}, {Class: attest.QEIdentity, Raw: read(t, dir, tc.qe)},
			}, tc.now)
			require.NoError(t, err)
			written, err := json.Marshal(c)
			require.NoError(t, err)
			require.Equal(t, tc.want, hashes.Of(written).String(), "%s", written)
		})
	}
}
