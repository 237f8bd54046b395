package types_test

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

func TestParams(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(*types.Params)
		want   error
	}{
		"Default":     {"the default is valid", func(*types.Params) {}, nil},
		"NoDeposit":   {"bids may be free", func(p *types.Params) { p.BidDeposit = math.ZeroInt() }, nil},
		"Unset":       {"but the deposit is said", func(p *types.Params) { p.BidDeposit = math.Int{} }, types.ErrInvalidParams},
		"Negative":    {"and is no gift", func(p *types.Params) { p.BidDeposit = math.NewInt(-1) }, types.ErrInvalidParams},
		"NoWindow":    {"a window has a block", func(p *types.Params) { p.DefaultWindowBlocks = 0 }, types.ErrInvalidParams},
		"WideDefault": {"the default is within the maximum", func(p *types.Params) { p.DefaultWindowBlocks = p.MaxWindowBlocks + 1 }, types.ErrInvalidParams},
		"NoBids":      {"an order takes a bid", func(p *types.Params) { p.MaxBids = 0 }, types.ErrInvalidParams},
		"ManyBids":    {"an award ends", func(p *types.Params) { p.MaxBids = 501 }, types.ErrInvalidParams},
		"NoAwards":    {"a block awards", func(p *types.Params) { p.MaxAwards = 0 }, types.ErrInvalidParams},
		"NoExhausted": {"and closes", func(p *types.Params) { p.MaxExhausted = 0 }, types.ErrInvalidParams},
		"NoBulk":      {"a message orders", func(p *types.Params) { p.MaxBulkOrders = 65 }, types.ErrInvalidParams},
		"NoTime":      {"a block takes time", func(p *types.Params) { p.NominalBlockMs = 0 }, types.ErrInvalidParams},
	} {
		t.Run(name, func(t *testing.T) {
			p := types.DefaultParams()
			tc.change(&p)
			require.ErrorIs(t, p.Validate(), tc.want, tc.reason)
		})
	}
}
