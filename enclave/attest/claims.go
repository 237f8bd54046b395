package attest

import (
	"bytes"
	"time"

	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

// Claims are what verified evidence says. Lists have the order in which the driver documents them, so equal claims are
// written equally everywhere.
type Claims struct {
	Platform     evidence.Platform
	Format       string        // e.g. "sgx-quote-v3", "tdx-quote-v5", "snp-report-v3", "nitro-document"
	Statement    hashes.Digest // SHA-256 of the body that was signed: the id of the statement, whatever its signature looks like
	Measurements []Measurement // what runs
	Facts        []Fact        // numbers and bits that rules of a policy speak of
	Debug        bool          // always false in accepted evidence
	TCB          TCB
	PlatformID   []byte    // which machine, as its vendor numbers them (FMSPC and PPID or serial, CHIP_ID, module id)
	ReportData   []byte    // what the guest put in: 64 bytes, or 32 of a TPM's qualifying data
	PublicKey    []byte    // Nitro: the key in the document; TPM: the public area of the attestation key
	Nonce        []byte    // Nitro only
	IssuedAt     time.Time // when the statement was made, where it says so; else zero
	ValidUntil   time.Time // the first end among the certificates, lists and documents that this verdict rests on
}

// Measurement is a digest of what runs, under the field's own name: "mrenclave", "mrtd", "rtmr0", "launch", "pcr0".
type Measurement struct {
	Name  string
	Value []byte
}

// Fact is a number that evidence states, e.g. {"vmpl", 0}, {"alias_check", 1}, {"tcb.microcode", 209}.
type Fact struct {
	Name  string
	Value uint64
}

// TCB is what the vendor says of the platform's firmware.
type TCB struct {
	Status           string    // Intel's word, e.g. "UpToDate"; empty where the vendor has none
	EvaluationNumber uint64    // of the collateral; 0 where there is none
	Date             time.Time // of the matching level; zero where there is none
	Advisories       []string  // e.g. "INTEL-SA-00615", as the vendor orders them
}

// Measured gives a measurement by name.
func (c Claims) Measured(name string) ([]byte, bool) {
	for _, m := range c.Measurements {
		if m.Name == name {
			return bytes.Clone(m.Value), true
		}
	}
	return nil, false
}

// Fact gives a fact by name.
func (c Claims) Fact(name string) (uint64, bool) {
	for _, f := range c.Facts {
		if f.Name == name {
			return f.Value, true
		}
	}
	return 0, false
}
