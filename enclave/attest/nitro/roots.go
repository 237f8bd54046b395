package nitro

import (
	"crypto/x509"
	_ "embed" // the root is part of the program
	"encoding/hex"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
	"github.com/virtengine/virtengine/security/hashes"
)

//go:embed roots/aws_nitro_g1.pem
var rootPEM []byte

// pinRoot is SHA-256 of the AWS Nitro Enclaves Root G1 in DER, as AWS publishes it.
const pinRoot = "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b"

// Roots gives the AWS Nitro Enclaves root G1, checked against its pin.
func Roots() ([]*x509.Certificate, error) {
	roots, err := pki.ParseAll(rootPEM)
	if err != nil {
		return nil, err
	}
	if len(roots) != 1 || hex.EncodeToString(hashes.Of(roots[0].Raw).Bytes()) != pinRoot {
		return nil, attest.Refuse(attest.UnknownRoot, "the embedded root is not the pinned one")
	}
	return roots, nil
}
