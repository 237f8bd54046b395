package sevsnp

import (
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/google/go-sev-guest/verify/testdata"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
)

// tableOf writes a table with one VCEK, whose entry is shifted by some bytes.
func tableOf(t testing.TB, shift uint32) []byte {
	t.Helper()
	guid, err := hex.DecodeString(certificateGUIDs[0])
	require.NoError(t, err)
	out := append(guid, make([]byte, 8+entryBytes)...)
	binary.LittleEndian.PutUint32(out[16:], 2*entryBytes+shift)
	binary.LittleEndian.PutUint32(out[20:], uint32(len(testdata.VcekBytes)))
	return append(out, testdata.VcekBytes...)
}

func TestCertificateTable(t *testing.T) {
	got, err := CertificateTable(tableOf(t, 0))
	require.NoError(t, err)
	require.Equal(t, [][]byte{testdata.VcekBytes}, got)
	_, err = CertificateTable(tableOf(t, 1))
	require.Equal(t, attest.Malformed, attest.CodeOf(err), "one byte past the end")
	_, err = CertificateTable(tableOf(t, ^uint32(0)-2*entryBytes))
	require.Equal(t, attest.Malformed, attest.CodeOf(err), "offset and length do not wrap around")
	_, err = CertificateTable(nil)
	require.Equal(t, attest.Malformed, attest.CodeOf(err), "a table has an end")
}

func FuzzCertificateTable(f *testing.F) {
	f.Add(tableOf(f, 0))
	f.Fuzz(func(_ *testing.T, raw []byte) { _, _ = CertificateTable(raw) })
}
