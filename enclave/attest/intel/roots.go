package intel

import (
	"crypto/x509"
	_ "embed" // the certificates below are part of the program
	"encoding/hex"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/security/hashes"
)

//go:embed roots/intel_sgx_root_ca.pem
var rootPEM []byte

// signersPEM holds the certificates with which Intel signs collateral: of 2018, and its renewal of 2025 with the same
// key and serial number.
//
//go:embed roots/intel_sgx_tcb_signing.pem
var signersPEM []byte

// pins are SHA-256 of the certificates in DER: of the Intel SGX Root CA, as Intel publishes it, and of its TCB signers.
const pinRoot = "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"

var pins = [...]string{
	pinRoot,
	"ec37d98107bfb7dab6ff8de4d4dda6fde30a6f50b0d7b03eefb5652f1e652969",
	"c0575e76d0303b61d09cde8cbdb70db34a74f38318300d7c0e6ba8cf4bf45aea",
}

// Roots gives the Intel SGX Root CA, checked against its pin. It signs for SGX and for TDX.
func Roots() ([]*x509.Certificate, error) {
	roots, err := embedded(rootPEM)
	if err != nil {
		return nil, err
	}
	if len(roots) != 1 || hex.EncodeToString(hashes.Of(roots[0].Raw).Bytes()) != pinRoot {
		return nil, attest.Refuse(attest.UnknownRoot, "the embedded root is not the pinned one")
	}
	return roots, nil
}

// embedded reads certificates of this tree and refuses one that is not pinned.
func embedded(text []byte) ([]*x509.Certificate, error) {
	all, err := pki.ParseAll(text)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if !pinned(c) {
			return nil, attest.Refuse(attest.UnknownRoot, "an embedded certificate is not a pinned one")
		}
	}
	return all, nil
}

func pinned(c *x509.Certificate) bool {
	sum := hex.EncodeToString(hashes.Of(c.Raw).Bytes())
	for _, p := range pins {
		if p == sum {
			return true
		}
	}
	return false
}
