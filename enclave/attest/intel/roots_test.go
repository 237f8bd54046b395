package intel_test

import (
	"crypto/x509"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/enclave/attest/intel"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/security/hashes"
)

func TestRootIsIntels(t *testing.T) {
	roots, err := intel.Roots()
	require.NoError(t, err)
	require.Len(t, roots, 1)
	root := roots[0]
	require.Equal(t, "sha256:44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3", hashes.Of(root.Raw).String())
	require.Equal(t, "Intel SGX Root CA", root.Subject.CommonName)
	require.Equal(t, []string{"Intel Corporation"}, root.Subject.Organization)
	require.NoError(t, root.CheckSignature(x509.ECDSAWithSHA256, root.RawTBSCertificate, root.Signature))

	text, err := os.ReadFile("roots/intel_sgx_tcb_signing.pem")
	require.NoError(t, err)
	signers, err := pki.ParseAll(text)
	require.NoError(t, err)
	require.Len(t, signers, 2)
	for _, c := range signers {
		require.Equal(t, "Intel SGX TCB Signing", c.Subject.CommonName)
		require.NoError(t, root.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature))
	}
	require.Equal(t, signers[0].PublicKey, signers[1].PublicKey, "Intel renewed the certificate and kept the key")
	require.True(t, signers[1].NotBefore.Before(signers[0].NotAfter), "one of them holds at any time until 2032")
}
