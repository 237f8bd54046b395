package quote_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/inteltest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// samples are one quote of each format.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	vendor, err := inteltest.New(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	machine, err := vendor.Machine(inteltest.Spec{})
	require.NoError(t, err)
	out := map[string][]byte{}
	out["v3"], err = machine.SGX(quote.Report{ProdID: 5, Data: [64]byte{1}})
	require.NoError(t, err)
	out["v4"], err = machine.TDX(4, quote.Domain{XFAM: 5, Data: [64]byte{1}})
	require.NoError(t, err)
	out["v5"], err = machine.TDX(5, quote.Domain{XFAM: 5, Data: [64]byte{1}})
	require.NoError(t, err)
	out["v5-15"], err = machine.TDX(5, quote.Domain{XFAM: 5, Data: [64]byte{1}, Is15: true, MRSERVICETD: [48]byte{7}})
	require.NoError(t, err)
	return out
}

func TestQuotesAreReadAsTheyWereWritten(t *testing.T) {
	for name, raw := range samples(t) {
		q, err := quote.Parse(raw)
		require.NoError(t, err, name)
		require.Len(t, q.Signature, 64)
		require.Len(t, q.AttestationKey, 64)
		require.Len(t, q.QEAuth, 32)
		require.Equal(t, raw[:len(q.Signed)], q.Signed)
		require.Equal(t, 3, bytes.Count(q.Chain, []byte("BEGIN CERTIFICATE")))
		if name == "v3" {
			require.Equal(t, quote.SGX, q.TEE)
			require.EqualValues(t, 5, q.Enclave.ProdID)
			require.EqualValues(t, 1, q.Enclave.Data[0])
			require.Nil(t, q.Domain)
			continue
		}
		require.Equal(t, quote.TDX, q.TEE)
		require.EqualValues(t, 5, q.Domain.XFAM)
		require.EqualValues(t, 1, q.Domain.Data[0])
		require.Equal(t, name == "v5-15", q.Domain.Is15)
		require.Equal(t, name == "v5-15", q.Domain.MRSERVICETD[0] == 7)
		require.Nil(t, q.Enclave)
	}
}

func TestWhatIsNoQuote(t *testing.T) {
	all := samples(t)
	with := func(name string, at int, b ...byte) []byte {
		out := bytes.Clone(all[name])
		copy(out[at:], b)
		return out
	}
	const (
		behind3 = 48 + quote.ReportSize
		behind4 = 48 + quote.Domain10Size
		inner4  = behind4 + 4 + 128
		cert3   = behind3 + 4 + 128 + quote.ReportSize + 64 + 2 + 32
		cert4   = inner4 + 6 + quote.ReportSize + 64 + 2 + 32
	)
	for name, tc := range map[string]struct {
		reason string
		raw    []byte
		want   attest.Code
	}{
		"Empty":           {"nothing", nil, attest.Malformed},
		"Short":           {"less than a header", all["v4"][:47], attest.Malformed},
		"HeaderOnly":      {"no body", all["v4"][:48], attest.Malformed},
		"NoSignatures":    {"a body alone", all["v4"][:behind4], attest.Malformed},
		"Huge":            {"bounded before it is read", make([]byte, evidence.MaxBody+1), attest.TooLarge},
		"EPID":            {"version 2", with("v3", 0, 2), attest.Unsupported},
		"Version6":        {"a version to come", with("v4", 0, 6), attest.Unsupported},
		"P384":            {"an attestation key of another kind", with("v4", 2, 3), attest.Unsupported},
		"OtherVendor":     {"a quoting enclave of another vendor", with("v4", 12, 0), attest.Unsupported},
		"SGXv4":           {"SGX in version 4", with("v4", 4, 0), attest.Unsupported},
		"OtherTEE":        {"a TEE that is not known", with("v4", 4, 0x82), attest.Unsupported},
		"BodyType":        {"a body of another type", with("v5", 48, 9), attest.Unsupported},
		"BodySize":        {"a TD report of another size", with("v5", 50, 0), attest.Malformed},
		"EnclaveInTDX":    {"a TDX quote of an enclave", with("v5", 48, 1), attest.Malformed},
		"EPPID":           {"certification data without a chain", with("v3", cert3, 3), attest.Unsupported},
		"EPPIDNested":     {"the same in a QE report", with("v4", cert4, 3), attest.Unsupported},
		"NotNested":       {"a chain where a QE report belongs", with("v4", inner4, 5), attest.Unsupported},
		"Trailing":        {"one byte behind it", append(bytes.Clone(all["v4"]), 0), attest.TrailingBytes},
		"InnerTooLong":    {"a part that is longer than the whole", with("v4", inner4+2, 0xFF, 0xFF, 0xFF, 0xFF), attest.Malformed},
		"InnerTooShort":   {"a part that ends before the whole", with("v4", inner4+2, 0, 2, 0, 0), attest.TrailingBytes},
		"AuthTooLong":     {"authentication data to the end and further", with("v4", inner4+6+quote.ReportSize+64, 0xFF, 0xFF), attest.Malformed},
		"SignaturesEmpty": {"no signature", append(bytes.Clone(all["v4"][:behind4]), 0, 0, 0, 0), attest.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := quote.Parse(tc.raw)
			require.Equal(t, tc.want, attest.CodeOf(err), "%s: %v", tc.reason, err)
		})
	}
}

func TestEveryPrefixIsRefused(t *testing.T) {
	for name, raw := range samples(t) {
		for n := range raw {
			_, err := quote.Parse(raw[:n])
			require.Equal(t, attest.Malformed, attest.CodeOf(err), "%s cut off at %d", name, n)
		}
	}
}

func TestUnpad(t *testing.T) {
	for name, raw := range samples(t) {
		require.Equal(t, raw, quote.Unpad(raw), "%s: a whole quote is left alone", name)
		require.Equal(t, raw, quote.Unpad(append(bytes.Clone(raw), make([]byte, 70)...)), "%s: zero bytes are cut off", name)
		text := append(bytes.Clone(raw), 0, 1)
		require.Equal(t, text, quote.Unpad(text), "%s: anything else is not", name)
	}
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		if out := quote.Unpad(raw); !bytes.HasPrefix(raw, out) || len(bytes.Trim(raw[len(out):], "\x00")) > 0 {
			t.Fatalf("%x became %x", raw, out)
		}
	})
}

func FuzzQuote(f *testing.F) {
	for _, raw := range samples(f) {
		f.Add(raw)
		f.Add(raw[:len(raw)/2])
		f.Add(append(bytes.Clone(raw), 0))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		q, err := quote.Parse(raw)
		quote.Unpad(raw)
		if err != nil {
			return
		}
		signed := len(q.Signed)
		if !bytes.HasPrefix(raw, q.Signed) || uint64(len(raw)) != uint64(signed)+4+uint64(binary.LittleEndian.Uint32(raw[signed:])) {
			t.Fatalf("%d bytes are not a body of %d and what is announced behind it", len(raw), signed)
		}
		if (q.Enclave == nil) == (q.Domain == nil) {
			t.Fatal("a quote is of an enclave or of a TD")
		}
	})
}
