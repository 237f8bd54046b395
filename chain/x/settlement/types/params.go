package types

import (
	errorsmod "cosmossdk.io/errors"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Bounds of the parameters.
const (
	MaxDisputeSeconds    = 30 * 24 * 3600
	MaxFinalUsageSeconds = 30 * 24 * 3600
	MaxFinalInvoices     = 10_000
	wholeBps             = 10_000
)

// DefaultParams take eight percent in all and give a customer a week to dispute.
func DefaultParams() Params {
	return Params{
		Fees:              Fees{PlatformBps: 250, NetworkBps: 50, CommunityBps: 100, TakeBps: 400},
		DisputeSeconds:    7 * 24 * 3600,
		FinalUsageSeconds: 3600,
		MaxFinalInvoices:  200,
	}
}

// Bps returns the four fees in basis points: platform, network, community, take.
func (f Fees) Bps() []uint32 { return []uint32{f.PlatformBps, f.NetworkBps, f.CommunityBps, f.TakeBps} }

// DisputeWindow is how long a customer may dispute an invoice.
func (p Params) DisputeWindow() time.Duration {
	return time.Duration(min(p.DisputeSeconds, MaxDisputeSeconds)) * time.Second
}

// FinalUsage is how long a provider has for the last usage of a lease.
func (p Params) FinalUsage() time.Duration {
	return time.Duration(min(p.FinalUsageSeconds, MaxFinalUsageSeconds)) * time.Second
}

// Validate fails with ErrInvalidParams and the parameter that is out of its bounds.
func (p Params) Validate() error {
	sum := uint64(0)
	for _, bps := range p.Fees.Bps() {
		sum += uint64(bps)
	}
	if sum > wholeBps {
		return errorsmod.Wrapf(ErrInvalidParams, "fees are %d basis points, %d is all", sum, wholeBps)
	}
	if p.DisputeSeconds > MaxDisputeSeconds {
		return errorsmod.Wrapf(ErrInvalidParams, "dispute_seconds is %d, at most %d", p.DisputeSeconds, MaxDisputeSeconds)
	}
	if p.FinalUsageSeconds < 1 || p.FinalUsageSeconds > MaxFinalUsageSeconds {
		return errorsmod.Wrapf(ErrInvalidParams, "final_usage_seconds is %d, 1 to %d are allowed", p.FinalUsageSeconds, MaxFinalUsageSeconds)
	}
	if p.MaxFinalInvoices < 1 || p.MaxFinalInvoices > MaxFinalInvoices {
		return errorsmod.Wrapf(ErrInvalidParams, "max_final_invoices is %d, 1 to %d are allowed", p.MaxFinalInvoices, MaxFinalInvoices)
	}
	if p.Moderator != "" {
		if _, err := sdk.AccAddressFromBech32(p.Moderator); err != nil {
			return errorsmod.Wrapf(ErrInvalidParams, "moderator %q: %s", p.Moderator, err)
		}
	}
	return nil
}

// DefaultGenesis has no invoices; numbers begin at 1.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams(), NextInvoice: 1} }
