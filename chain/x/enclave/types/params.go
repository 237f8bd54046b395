package types

import (
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/enclave/evidence"
)

// Bounds of the parameters.
const (
	MaxBlocks        = 1_000_000 // of any number of blocks
	MaxVerifications = 1_000
	MaxTransitions   = 10_000
	MaxEnclaves      = 16 // of one operator
	MaxCommittee     = 256
	MaxReceipts      = 100_000
	wholeBps         = 10_000
)

// Evidence costs gas by what its check takes of a processor, measured by the benchmarks of enclave/attest: one check of a
// secp256k1 signature is 1,000 gas, and the factor is two.
const (
	gasSGX   = 12_000
	gasTDX   = 15_000
	gasSNP   = 23_000
	gasNitro = 50_000
	gasAzure = 28_000
	gasTPM   = 5_000
	gasDev   = 5_000
)

// DefaultParams ask for evidence every 1,000 blocks and a heartbeat every 100.
func DefaultParams() Params {
	return Params{
		ChallengeMaxAge: 100, MaxAge: 1_000, HeartbeatInterval: 100, HeartbeatMisses: 3, Overlap: 100,
		MaxVerificationsPerBlock: 40, MaxTransitionsPerBlock: 200, MaxEnclavesPerOperator: 4,
		EpochBlocks: 1_000, CommitteeSize: 16, MaxVendorBps: 6_667, MaxReceipts: 10_000,
		Gas: []GasCost{
			{Platform: string(evidence.AzureVTPM), Gas: gasAzure},
			{Platform: string(evidence.Nitro), Gas: gasNitro},
			{Platform: string(evidence.SEVSNP), Gas: gasSNP},
			{Platform: string(evidence.SGX), Gas: gasSGX},
			{Platform: string(evidence.Simulated), Gas: gasDev},
			{Platform: string(evidence.TDX), Gas: gasTDX},
			{Platform: string(evidence.TPM2), Gas: gasTPM},
			{Platform: string(evidence.SoftTPM), Gas: gasDev},
		},
	}
}

// GasOf is what evidence of a platform costs; false where governance set none.
func (p Params) GasOf(platform evidence.Platform) (uint64, bool) {
	for _, g := range p.Gas {
		if g.Platform == string(platform) {
			return g.Gas, true
		}
	}
	return 0, false
}

// Validate fails with ErrInvalidParams and the parameter that is out of its bounds.
func (p Params) Validate() error {
	for _, b := range []struct {
		name      string
		value     uint32
		low, high uint32
	}{
		{"challenge_max_age", p.ChallengeMaxAge, 1, 10_000},
		{"max_age", p.MaxAge, 1, MaxBlocks},
		{"heartbeat_interval", p.HeartbeatInterval, 1, MaxBlocks},
		{"heartbeat_misses", p.HeartbeatMisses, 1, 100},
		{"overlap", p.Overlap, 1, MaxBlocks},
		{"max_verifications_per_block", p.MaxVerificationsPerBlock, 1, MaxVerifications},
		{"max_transitions_per_block", p.MaxTransitionsPerBlock, 1, MaxTransitions},
		{"max_enclaves_per_operator", p.MaxEnclavesPerOperator, 1, MaxEnclaves},
		{"epoch_blocks", p.EpochBlocks, 2, MaxBlocks},
		{"committee_size", p.CommitteeSize, 1, MaxCommittee},
		{"max_vendor_bps", p.MaxVendorBps, 1, wholeBps},
		{"max_receipts", p.MaxReceipts, 1, MaxReceipts},
	} {
		if b.value < b.low || b.value > b.high {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, %d to %d are allowed", b.name, b.value, b.low, b.high)
		}
	}
	if err := checkGas(p.Gas); err != nil {
		return err
	}
	for _, r := range p.DevelopmentRoots {
		if !Development(evidence.Platform(r.Platform)) || len(r.Root) == 0 || len(r.Root) > 16<<10 {
			return errorsmod.Wrapf(ErrInvalidParams, "development root of %q, %d bytes", r.Platform, len(r.Root))
		}
	}
	return nil
}

func checkGas(costs []GasCost) error {
	seen := map[string]bool{}
	for _, g := range costs {
		if !Known(evidence.Platform(g.Platform)) || g.Gas == 0 || seen[g.Platform] {
			return errorsmod.Wrapf(ErrInvalidParams, "gas of platform %q is %d, or stated twice", g.Platform, g.Gas)
		}
		seen[g.Platform] = true
	}
	return nil
}

// Platforms are all that evidence can be of, sorted.
func Platforms() []evidence.Platform {
	return []evidence.Platform{
		evidence.AzureVTPM, evidence.Nitro, evidence.SEVSNP, evidence.SGX, evidence.Simulated, evidence.TDX, evidence.TPM2, evidence.SoftTPM,
	}
}

// Known says whether a platform is one.
func Known(p evidence.Platform) bool { return slices.Contains(Platforms(), p) }

// Development says whether a platform proves nothing but that software runs: such are for development chains only.
func Development(p evidence.Platform) bool { return p == evidence.Simulated || p == evidence.SoftTPM }

// Vendor is whose keys a platform's evidence rests on: what one leaked key or one fault can reach.
func Vendor(p evidence.Platform) string {
	switch p {
	case evidence.SGX, evidence.TDX:
		return "intel"
	case evidence.SEVSNP:
		return "amd"
	case evidence.Nitro:
		return "aws"
	case evidence.AzureVTPM:
		return "azure"
	case evidence.TPM2, evidence.SoftTPM:
		return "tpm"
	}
	return string(p)
}

// DefaultGenesis trusts no release and takes no platform: governance decides both.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams(), NextReceipt: 1} }
