package intel_test

import (
	"testing"

	"github.com/cometbft/cometbft/crypto/secp256k1"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// BenchmarkVerify is to be read next to one check of a secp256k1 signature, as transactions have it: SGX at most six of
// them, TDX with revocation lists at most seven.
func BenchmarkVerify(b *testing.B) {
	s := newSynthetic(b)
	for name, c := range map[string]struct {
		ev  evidence.Evidence
		col attest.Collateral
	}{
		"SGX":        {s.sgx(enclave()), replace(replace(s.collateral(quote.SGX, nil), attest.RootCRL), attest.PCKCRL)},
		"TDXv4":      {s.tdx(4, domain()), replace(replace(s.collateral(quote.TDX, nil), attest.RootCRL), attest.PCKCRL)},
		"TDXv4Lists": {s.tdx(4, domain()), s.collateral(quote.TDX, nil)},
		"TDXv5Lists": {s.tdx(5, domain15()), s.collateral(quote.TDX, nil)},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := s.verify(c.ev, c.col)
				require.NoError(b, err)
			}
		})
	}
	b.Run("secp256k1", func(b *testing.B) {
		key := secp256k1.GenPrivKey()
		message := []byte("one signature of a transaction")
		signature, err := key.Sign(message)
		require.NoError(b, err)
		for b.Loop() {
			require.True(b, key.PubKey().VerifySignature(message, signature))
		}
	})
}

func BenchmarkGenuine(b *testing.B) {
	dir := folder(b)
	v := genuine(b)
	sgx := evidence.Evidence{Platform: evidence.SGX, Body: read(b, dir, sgxQuote)}
	sgxCol := attest.Collateral{{Class: attest.TCBInfo, Raw: read(b, dir, sgxInfo)}, {Class: attest.QEIdentity, Raw: read(b, dir, sgxQE)}, {Class: attest.Certificates, Raw: read(b, dir, sgxCerts)}}
	tdx := evidence.Evidence{Platform: evidence.TDX, Body: read(b, dir, tdxQuote)}
	tdxCol := attest.Collateral{{Class: attest.TCBInfo, Raw: read(b, dir, tdxInfo)}, {Class: attest.QEIdentity, Raw: read(b, dir, tdxQE)}, {Class: attest.Certificates, Raw: read(b, dir, sgxCerts)}}
	b.Run("SGX", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := v.Verify(sgx, sgxCol, sgxTime)
			require.NoError(b, err)
		}
	})
	b.Run("TDX", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := v.Verify(tdx, tdxCol, tdxTime)
			require.NoError(b, err)
		}
	})
}
