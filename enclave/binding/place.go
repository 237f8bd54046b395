package binding

import (
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

// Matches says whether verified claims carry this binding, where their platform has its place for it:
//
//	SGX, TDX, SEV-SNP, simulated: all 64 bytes of report data
//	Nitro:                        user data, all 64 bytes; and the document's public key is KEMPub
//	TPM, Azure's TPM:             qualifying data, the 32 bytes of SHA-256 of the binding
//
// Errors: WrongPlatform, WrongReportData, MismatchedKey, and those of Sum.
func (b Binding) Matches(c attest.Claims) error {
	if c.Platform != b.Platform {
		return attest.Refuse(attest.WrongPlatform, "the binding is of %s", b.Platform)
	}
	want, err := b.ReportData()
	if err != nil {
		return err
	}
	if !hashes.Equal(c.ReportData, want) {
		return attest.Refuse(attest.WrongReportData, "%d bytes of report data are not the expected binding", len(c.ReportData))
	}
	if b.Platform == evidence.Nitro && !hashes.Equal(c.PublicKey, b.KEMPub) {
		return attest.Refuse(attest.MismatchedKey, "the document's public key is not the one that is bound")
	}
	return nil
}

// ReportData is what the platform is asked to sign, and what claims hold. Fails as Sum does.
func (b Binding) ReportData() ([]byte, error) {
	sum, err := b.Sum()
	if err != nil {
		return nil, err
	}
	switch b.Platform {
	case evidence.TPM2, evidence.SoftTPM, evidence.AzureVTPM:
		return hashes.Of(sum[:]).Bytes(), nil
	}
	return sum[:], nil
}
