package attest

import (
	"time"

	"github.com/virtengine/virtengine/enclave/evidence"
)

// Verifier checks the evidence of a vendor's platforms, as its constructor was given roots.
type Verifier interface {
	// Verify gives what the evidence claims, or a *Refusal. With a refusal after the body was read, the claims hold what
	// was read so far, for people to look at: they prove nothing. The time is that of the block, never zero.
	Verify(ev evidence.Evidence, col Collateral, now time.Time) (Claims, error)
}

// Class says what a piece of collateral is.
type Class string

const (
	TCBInfo      Class = "intel_tcb_info"    // JSON as Intel serves it: {"tcbInfo": …, "signature": …}, of SGX or TDX
	QEIdentity   Class = "intel_qe_identity" // JSON likewise: {"enclaveIdentity": …, "signature": …}, of QE or TD_QE
	RootCRL      Class = "intel_root_crl"    // DER or PEM
	PCKCRL       Class = "intel_pck_crl"     // DER or PEM, of the Platform or the Processor CA
	AMDCRL       Class = "amd_crl"           // DER or PEM, of an ARK
	Certificates Class = "certificates"      // DER or PEM, one or a chain: TCB signer, VCEK, VLEK, ASK, EK and its makers
)

// Item is one piece of collateral, exactly as its vendor signed it.
type Item struct {
	Class Class
	Raw   []byte // at most MaxItem bytes
}

// MaxItem and MaxItems bound collateral.
const (
	MaxItem  = 256 << 10
	MaxItems = 32
)

// Collateral is what vendors say of their platforms. Order does not matter: each verifier takes what is signed for it.
type Collateral []Item

// Of gives the pieces of one class.
func (c Collateral) Of(class Class) [][]byte {
	var out [][]byte
	for _, i := range c {
		if i.Class == class {
			out = append(out, i.Raw)
		}
	}
	return out
}
