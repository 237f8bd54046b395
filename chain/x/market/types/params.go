package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	provider "github.com/virtengine/virtengine/chain/x/provider/types"
)

// Bounds of the parameters.
const (
	MaxWindowBlocks  = 1_000_000
	MaxBidsPerOrder  = 500
	MaxOrdersPerBulk = 64
	MaxPerBlock      = 10_000    // awards, or exhausted leases closed
	MaxBlockMs       = 3_600_000 // an hour
)

// DefaultParams are for a chain with blocks of about a second.
func DefaultParams() Params {
	return Params{
		BidDeposit:          math.NewInt(500_000),
		DefaultWindowBlocks: 5,
		MaxWindowBlocks:     86_400,
		MaxBids:             64,
		MaxBulkOrders:       MaxOrdersPerBulk,
		MaxAwards:           200,
		MaxExhausted:        200,
		NominalBlockMs:      1_000,
	}
}

// Validate fails with ErrInvalidParams and the parameter that is out of its bounds.
func (p Params) Validate() error {
	if !provider.IsPrice(p.BidDeposit) {
		return errorsmod.Wrapf(ErrInvalidParams, "bid_deposit must be 0 or more, below 2^%d", provider.MaxPriceBits)
	}
	for _, b := range []struct {
		name            string
		value, min, max uint64
	}{
		{"max_window_blocks", uint64(p.MaxWindowBlocks), 1, MaxWindowBlocks},
		{"default_window_blocks", uint64(p.DefaultWindowBlocks), 1, uint64(p.MaxWindowBlocks)},
		{"max_bids", uint64(p.MaxBids), 1, MaxBidsPerOrder},
		{"max_bulk_orders", uint64(p.MaxBulkOrders), 1, MaxOrdersPerBulk},
		{"max_awards", uint64(p.MaxAwards), 1, MaxPerBlock},
		{"max_exhausted", uint64(p.MaxExhausted), 1, MaxPerBlock},
		{"nominal_block_ms", p.NominalBlockMs, 1, MaxBlockMs},
	} {
		if b.value < b.min || b.value > b.max {
			return errorsmod.Wrapf(ErrInvalidParams, "%s is %d, %d to %d are allowed", b.name, b.value, b.min, b.max)
		}
	}
	return nil
}

// DefaultGenesis is an empty market; numbers begin at 1.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams(), NextOrder: 1, NextBid: 1}
}
