package tpm2

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

func TestAGenuineStatementIsRead(t *testing.T) {
	dir := os.Getenv("VE_VECTORS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "vectors")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "attestation", "dstack", "tpm_quote_sample.bin"))
	if err != nil {
		t.Log("NOT RUN: dstack/tpm_quote_sample.bin is not there; hint: set VE_VECTORS to the folder of genuine evidence")
		return
	}
	s, err := ParseStatement(raw)
	require.NoError(t, err)
	require.Equal(t, []byte{0x12, 0x34, 0x56, 0x78}, s.ExtraData)
	require.Len(t, s.Digest, 32)
	require.Equal(t, PCR{Bank: hashes.SHA256, Index: 0}, s.Selection[0])
	for n := range raw {
		_, err := ParseStatement(raw[:n])
		require.Error(t, err, "%d bytes", n)
	}
	_, err = ParseStatement(append(raw, 0))
	require.Equal(t, attest.TrailingBytes, attest.CodeOf(err))
}

func TestAVerifierNeedsRootsAndItsPlatform(t *testing.T) {
	_, err := New(evidence.TPM2, pki.Rules{})
	require.Equal(t, attest.ChainInvalid, attest.CodeOf(err))
	_, err = New(evidence.SGX, pki.Rules{})
	require.Equal(t, attest.WrongPlatform, attest.CodeOf(err))
}

func FuzzParseQuote(f *testing.F) {
	f.Add([]byte("\x00\x06\xffTCG\x80\x18"))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if q, err := ParseQuote(raw); err == nil {
			_, _ = q.Measure(raw)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte{0, 0x23, 0, 0xb, 0, 5, 0, 0x72, 0, 0, 0, 0x10})
	f.Fuzz(func(_ *testing.T, raw []byte) { _, _ = ParseKey(raw) })
}
