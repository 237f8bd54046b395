package sevsnp

import (
	"bytes"
	"crypto/elliptic"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-sev-guest/verify/testdata"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

var june = time.Date(2026, 6, 20, 0, 0, 0, 0, time.UTC)

// genuine gives the recorded report of a Milan host, which begins at byte 4 of its file, with its VCEK.
func genuine(t testing.TB) evidence.Evidence {
	t.Helper()
	dir := os.Getenv("VE_VECTORS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "vectors")
	}
	dir = filepath.Join(dir, "attestation", "dstack")
	raw, err := os.ReadFile(filepath.Join(dir, "sev_snp_attestation.bin"))
	if err != nil {
		t.Skip("NOT RUN: the genuine SEV-SNP report is not in the vectors folder (VE_VECTORS)")
	}
	vcek, err := os.ReadFile(filepath.Join(dir, "sev_snp_vcek.pem"))
	require.NoError(t, err)
	return evidence.Evidence{Platform: evidence.SEVSNP, Body: raw[4 : 4+ReportBytes], Endorsements: [][]byte{vcek}}
}

func pinned(t testing.TB) *Verifier {
	t.Helper()
	roots, err := Roots()
	require.NoError(t, err)
	v, err := New(roots)
	require.NoError(t, err, "every embedded authority is signed by its ARK")
	return v
}

func TestGenuineReport(t *testing.T) {
	ev, v := genuine(t), pinned(t)
	c, err := v.Verify(ev, nil, june)
	require.NoError(t, err)
	require.Equal(t, "snp-report-v3", c.Format)
	require.Contains(t, string(c.ReportData), "attest-test-")
	p := DefaultPolicy()
	p.AnyMeasurement = true
	t.Logf("policy says %q of it; facts %v", attest.CodeOf(attest.Appraise(c, p, june)), c.Facts)

	for name, tc := range map[string]struct {
		reason string
		change func(*evidence.Evidence)
		now    time.Time
		want   attest.Code
	}{
		"NoTime":   {"zero is no time", func(*evidence.Evidence) {}, time.Time{}, attest.NoTime},
		"Early":    {"before the VCEK was made", func(*evidence.Evidence) {}, june.AddDate(-1, 0, 0), attest.NotYetValid},
		"Late":     {"after the VCEK ended", func(*evidence.Evidence) {}, june.AddDate(8, 0, 0), attest.Expired},
		"NoVCEK":   {"a VCEK is needed", func(e *evidence.Evidence) { e.Endorsements = nil }, june, attest.MissingChain},
		"Other":    {"the VCEK of another chip", func(e *evidence.Evidence) { e.Endorsements = [][]byte{testdata.VcekBytes} }, june, attest.BadSignature},
		"Trailing": {"one byte too many", func(e *evidence.Evidence) { e.Body = append(bytes.Clone(e.Body), 0) }, june, attest.TrailingBytes},
		"Short":    {"one byte too few", func(e *evidence.Evidence) { e.Body = e.Body[1:] }, june, attest.Malformed},
		"Version":  {"a version nobody has read of", func(e *evidence.Evidence) { e.Body = bytes.Clone(e.Body); e.Body[0] = 6 }, june, attest.Unsupported},
		"Key":      {"signed with no key", func(e *evidence.Evidence) { e.Body = bytes.Clone(e.Body); e.Body[0x48] |= 7 << 2 }, june, attest.Unsupported},
		"VLEK":     {"a VCEK does not pass for a VLEK", func(e *evidence.Evidence) { e.Body = bytes.Clone(e.Body); e.Body[0x48] |= 1 << 2 }, june, attest.MissingChain},
		"Platform": {"said to be another platform", func(e *evidence.Evidence) { e.Platform = evidence.Nitro }, june, attest.WrongPlatform},
		"Product":  {"Genoa's model under Milan's VCEK", func(e *evidence.Evidence) { e.Body = bytes.Clone(e.Body); e.Body[0x189] = 0x11 }, june, attest.MismatchedKey},
	} {
		t.Run(name, func(t *testing.T) {
			e := ev
			tc.change(&e)
			_, err := v.Verify(e, nil, tc.now)
			require.Equal(t, tc.want, attest.CodeOf(err), "%s: %v", tc.reason, err)
		})
	}
}

func TestNoChangedBitIsAccepted(t *testing.T) {
	ev, v := genuine(t), pinned(t)
	for i := range ev.Body {
		bad := ev
		bad.Body = bytes.Clone(ev.Body)
		bad.Body[i] ^= 1 << (i % 8)
		_, err := v.Verify(bad, nil, june)
		require.Error(t, err, "a changed bit at byte %d", i)
	}
}

func TestSignatureWrittenInAnotherWay(t *testing.T) {
	ev, v := genuine(t), pinned(t)
	first, err := v.Verify(ev, nil, june)
	require.NoError(t, err)
	body := bytes.Clone(ev.Body)
	s := body[signedBytes+componentAt : signedBytes+2*componentAt]
	slices.Reverse(s)
	new(big.Int).Sub(elliptic.P384().Params().N, new(big.Int).SetBytes(s)).FillBytes(s)
	slices.Reverse(s)
	ev.Body = body
	second, err := v.Verify(ev, nil, june)
	require.NoError(t, err, "n-s is a signature too")
	require.Equal(t, first.Statement, second.Statement, "and the statement is the same")
}

func TestGenuineDebugReport(t *testing.T) {
	c, err := pinned(t).Verify(evidence.Evidence{Platform: evidence.SEVSNP, Body: testdata.AttestationBytes, Endorsements: [][]byte{testdata.VcekBytes}}, nil, june)
	require.Equal(t, attest.Debug, attest.CodeOf(err))
	require.True(t, c.Debug, "the claims stand beside the refusal")
}

func FuzzReport(f *testing.F) {
	f.Add(testdata.AttestationBytes)
	v := pinned(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, err := v.Verify(evidence.Evidence{Platform: evidence.SEVSNP, Body: raw, Endorsements: [][]byte{testdata.VcekBytes}}, nil, june)
		require.Error(t, err, "nobody can make a report")
	})
}

func BenchmarkVerify(b *testing.B) {
	ev, v := genuine(b), pinned(b)
	for b.Loop() {
		_, err := v.Verify(ev, nil, june)
		require.NoError(b, err)
	}
}
