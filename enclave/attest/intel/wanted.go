package intel

import (
	"encoding/hex"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/intel/quote"
)

// Keys of collateral: which one of its class a piece is. TCB info is called sgx/FMSPC or tdx/FMSPC, with the twelve digits of
// the FMSPC in capitals; the identity of a quoting enclave by its TEE; a list of revoked certificates by its issuer.
const (
	KeyRoot      = "root"
	KeyPlatform  = "platform"
	KeyProcessor = "processor"
)

// Wanted is the collateral that a quote is judged by, as its own certificates say. Nothing is verified by it.
type Wanted struct {
	TEE    string // sgx or tdx
	FMSPC  string // twelve hexadecimal digits
	Issuer string // KeyPlatform or KeyProcessor
}

// WantedBy reads which collateral a quote is judged by. Fails as Verify does for a quote that cannot be read.
func WantedBy(body []byte) (Wanted, error) {
	q, err := quote.Parse(body)
	if err != nil {
		return Wanted{}, err
	}
	path, err := chainOf(q.Chain)
	if err != nil {
		return Wanted{}, err
	}
	if len(path) != 3 {
		return Wanted{}, attest.Refuse(attest.ChainInvalid, "path of %d certificates, Intel's have 3", len(path))
	}
	p, err := readPCK(path[0])
	if err != nil {
		return Wanted{}, err
	}
	issuer, err := keyOfIssuer(path[1].Subject.CommonName)
	if err != nil {
		return Wanted{}, err
	}
	return Wanted{TEE: keyOfTEE(q.TEE == quote.TDX), FMSPC: digits(p.FMSPC), Issuer: issuer}, nil
}

func keyOfTEE(tdx bool) string {
	if tdx {
		return "tdx"
	}
	return "sgx"
}

func digits(fmspc [6]byte) string {
	out := []byte(hex.EncodeToString(fmspc[:]))
	for i, c := range out {
		if c >= 'a' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

func keyOfIssuer(commonName string) (string, error) {
	switch commonName {
	case commonNamePlatform:
		return KeyPlatform, nil
	case commonNameProcessor:
		return KeyProcessor, nil
	}
	return "", attest.Refuse(attest.ChainInvalid, "an issuer of PCK certificates is the platform's or the processor's authority")
}
