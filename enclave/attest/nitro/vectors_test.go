package nitro

import (
	"bytes"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// genuine gives the document inside a recorded file. Its length stands before it, as two bytes of a SCALE compact number.
func genuine(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("VE_VECTORS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "vectors")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "attestation", "dstack", name))
	if err != nil {
		t.Logf("NOT RUN: genuine Nitro documents, %s is not in the vectors folder (VE_VECTORS)", name)
		t.SkipNow()
	}
	at := bytes.Index(raw, []byte{0x84, 0x44, 0xa1, 0x01, 0x38, 0x22})
	require.Positive(t, at)
	n := (int(raw[at-2]) | int(raw[at-1])<<8) >> 2
	return raw[at : at+n]
}

func pinned(t *testing.T) *Verifier {
	t.Helper()
	roots, err := Roots()
	require.NoError(t, err)
	v, err := New(roots)
	require.NoError(t, err)
	return v
}

func verify(t *testing.T, body []byte, now time.Time) (attest.Claims, error) {
	t.Helper()
	return pinned(t).Verify(evidence.Evidence{Platform: evidence.Nitro, Body: body}, nil, now)
}

func made(t *testing.T, body []byte) time.Time {
	t.Helper()
	dec, err := decoder()
	require.NoError(t, err)
	s, err := parse(dec, body)
	require.NoError(t, err)
	return time.UnixMilli(int64(s.Timestamp)).UTC()
}

func TestGenuineDocuments(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		late   time.Duration
		want   attest.Code
	}{
		"nsm/nitro_attestation.bin": {"a genuine document with maps of indefinite length", 0, attest.Accepted},
		"nitro_attestation.bin":     {"a second one", 0, attest.Accepted},
		"nitro_attestation_dbg.bin": {"PCR0 to PCR2 are zero", 0, attest.Debug},
	} {
		t.Run(name, func(t *testing.T) {
			body := genuine(t, name)
			c, err := verify(t, body, made(t, body))
			require.Equal(t, tc.want, attest.CodeOf(err), "%s: %v", tc.reason, err)
			require.Equal(t, tc.want == attest.Debug, c.Debug)
			_, err = verify(t, append([]byte{0xd2}, body...), made(t, body))
			require.Equal(t, tc.want, attest.CodeOf(err), "tag 18 changes nothing")
		})
	}
}

func TestGenuineDocumentChanged(t *testing.T) {
	body := genuine(t, "nsm/nitro_attestation.bin")
	now := made(t, body)
	_, err := verify(t, append(bytes.Clone(body), 0), now)
	require.Equal(t, attest.TrailingBytes, attest.CodeOf(err))
	_, err = verify(t, body, now.Add(4*time.Hour))
	require.Equal(t, attest.Expired, attest.CodeOf(err), "a leaf holds for three hours")
	_, err = verify(t, body, now.Add(-time.Hour))
	require.Equal(t, attest.NotYetValid, attest.CodeOf(err))
	_, err = verify(t, body, time.Time{})
	require.Equal(t, attest.NoTime, attest.CodeOf(err))
	v := pinned(t)
	for i := 0; i < len(body); i += 7 {
		bad := bytes.Clone(body)
		bad[i] ^= 1 << (i % 8)
		_, err := v.Verify(evidence.Evidence{Platform: evidence.Nitro, Body: bad}, nil, now)
		require.Error(t, err, "a changed bit at byte %d", i)
	}
	first, err := verify(t, body, now)
	require.NoError(t, err)
	order, _ := new(big.Int).SetString("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16)
	other := bytes.Clone(body)
	s := other[len(other)-48:]
	new(big.Int).Sub(order, new(big.Int).SetBytes(s)).FillBytes(s)
	second, err := verify(t, other, now)
	require.NoError(t, err, "n-s is a signature too")
	require.Equal(t, first.Statement, second.Statement, "and the statement is the same")
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte{0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0xa0, 0x41, 0xa0, 0x40})
	dec, err := decoder()
	require.NoError(f, err)
	f.Fuzz(func(_ *testing.T, raw []byte) { _, _ = parse(dec, raw) })
}

func BenchmarkVerify(b *testing.B) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "vectors", "attestation", "dstack", "nsm", "nitro_attestation.bin"))
	if err != nil {
		b.Skip("NOT RUN: no vectors")
	}
	n := (int(raw[2]) | int(raw[3])<<8) >> 2
	roots, err := Roots()
	require.NoError(b, err)
	v, err := New(roots)
	require.NoError(b, err)
	s, err := parse(v.dec, raw[4:4+n])
	require.NoError(b, err)
	for b.Loop() {
		_, err := v.Verify(evidence.Evidence{Platform: evidence.Nitro, Body: raw[4 : 4+n]}, nil, time.UnixMilli(int64(s.Timestamp)))
		require.NoError(b, err)
	}
}
