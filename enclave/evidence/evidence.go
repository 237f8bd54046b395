package evidence

// Platform names who signs evidence of a kind. The text stands in state, in files and in policies.
type Platform string

const (
	SGX       Platform = "sgx"        // Intel SGX, DCAP quotes of version 3
	TDX       Platform = "tdx"        // Intel TDX, quotes of versions 4 and 5
	SEVSNP    Platform = "sev-snp"    // AMD SEV-SNP, attestation reports
	Nitro     Platform = "nitro"      // AWS Nitro Enclaves, attestation documents
	AzureVTPM Platform = "azure-vtpm" // a TPM of Azure's paravisor, chained to SEV-SNP or TDX
	TPM2      Platform = "tpm2"       // a TPM 2.0 whose endorsement key has a certificate of a known maker
	SoftTPM   Platform = "tpm2-soft"  // a TPM in software: development chains only
	Simulated Platform = "simulated"  // a vendor that tests make: development chains only
)

// Evidence is one statement and what its sender put beside it. Caps are checked by the codec and again by verifiers.
type Evidence struct {
	Platform     Platform
	Body         []byte   // the vendor's own format: quote, report, document; at most MaxBody bytes
	Endorsements [][]byte // certificates that travel with the statement, DER or PEM, any order; at most MaxEndorsements of MaxEndorsement bytes
	Runtime      []byte   // what Body speaks of by digest: Azure's runtime JSON, a TPM's public area and PCR values; at most MaxRuntime bytes
}

// Caps of one envelope, in bytes or pieces.
const (
	MaxBody         = 16 << 10
	MaxEndorsements = 8
	MaxEndorsement  = 16 << 10
	MaxRuntime      = 16 << 10
)
