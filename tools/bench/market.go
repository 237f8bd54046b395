package main

import (
	"context"
	"fmt"
	"time"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	marketkeeper "github.com/virtengine/virtengine/chain/x/market/keeper"
	market "github.com/virtengine/virtengine/chain/x/market/types"
	settlementkeeper "github.com/virtengine/virtengine/chain/x/settlement/keeper"
	settlement "github.com/virtengine/virtengine/chain/x/settlement/types"
)

// growth is what a handler may become slower by, from 300 open leases to 100,000.
const growth = 1.15

// akash is what handlers of Akash v0.36.0 took at 12,000 deployments, and by what they grew from 300.
var akash = map[string]string{
	"create-order": "Akash CreateDeployment 235 us at 12,000, grown 2.20",
	"create-bid":   "Akash CreateBid 105 us, grown 1.59",
	"award":        "Akash CreateLease 555 us, grown 2.01",
	"withdraw":     "Akash WithdrawLease 210 us, grown 1.91",
}

var measuredHandlers = []string{"create-order", "create-bid", "withdraw-bid", "award", "withdraw", "close-lease"}

// handlers compares each handler at many open leases with itself at 300. The sizes take turns, so that a machine that
// slows down slows all of them.
func handlers(ctx context.Context, s session) ([]figure, error) {
	sizes, rounds := []int{300, 3_000, 12_000, 100_000}, 600
	if s.quick {
		sizes, rounds = []int{300, 3_000}, 100
	}
	houses := make([]*house, len(sizes))
	for i, n := range sizes {
		start := time.Now()
		var err error
		if houses[i], err = seed(storetypes.StoreTypeIAVL, n, 0, 0); err != nil {
			return nil, err
		}
		s.say("seeded %d open leases in %s (IAVL trees in memory)", n, time.Since(start).Round(time.Second))
	}
	spent := make([]map[string][]time.Duration, len(sizes))
	for i := range spent {
		spent[i] = map[string][]time.Duration{}
	}
	if err := s.measured(func() error {
		for range rounds {
			for i, h := range houses {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := h.round(spent[i]); err != nil {
					return fmt.Errorf("%d leases: %w", sizes[i], err)
				}
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for i, h := range houses {
		if sizes[i] <= 12_000 {
			if err := h.market.AssertInvariants(h.ctx); err != nil {
				return nil, err
			}
		}
	}
	var figures []figure
	for _, what := range measuredHandlers {
		for i := 1; i < len(sizes); i++ {
			figures = append(figures, figure{
				name: fmt.Sprintf("%s at %d", what, sizes[i]), ours: quantile(spent[i][what], 50), base: quantile(spent[0][what], 50),
				of: "the same at 300", goal: growth, slack: slackOfTwo, peers: akash[what],
			})
		}
	}
	return figures, nil
}

// round takes one lease through its life: ordered, bid for by five, one bid withdrawn, awarded, billed, closed.
func (h *house) round(spent map[string][]time.Duration) error {
	tx, bills := marketkeeper.NewMsgServer(h.market), settlementkeeper.NewMsgServer(h.settlement)
	measure := func(what string, do func(sdk.Context) error) error {
		took, err := h.timed(do)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		spent[what] = append(spent[what], took)
		return nil
	}
	var id uint64
	if err := measure("create-order", func(ctx sdk.Context) error {
		res, err := tx.CreateOrder(ctx, &market.MsgCreateOrder{Owner: tenant.String(), Spec: spec(), Deposit: uve(longFunds)})
		if err == nil {
			id = res.Id
		}
		return err
	}); err != nil {
		return err
	}
	for i := range bidders {
		if err := measure("create-bid", func(ctx sdk.Context) error {
			_, err := tx.CreateBid(ctx, &market.MsgCreateBid{Provider: seller(id + uint64(i)).String(), OrderId: id, Price: market.Price{PerBlock: uve(int64(10 + i))}})
			return err
		}); err != nil {
			return err
		}
	}
	last := seller(id + uint64(bidders) - 1)
	if err := measure("withdraw-bid", func(ctx sdk.Context) error {
		_, err := tx.WithdrawBid(ctx, &market.MsgWithdrawBid{Provider: last.String(), OrderId: id})
		return err
	}); err != nil {
		return err
	}
	if _, err := h.timed(func(ctx sdk.Context) error { // back again, so that the award has five
		_, err := tx.CreateBid(ctx, &market.MsgCreateBid{Provider: last.String(), OrderId: id, Price: market.Price{PerBlock: uve(14)}})
		return err
	}); err != nil {
		return err
	}
	h.nextBlock()
	if err := measure("award", func(ctx sdk.Context) error { return h.market.EndBlock(ctx) }); err != nil {
		return err
	}
	won, err := h.market.Lease(h.ctx, id)
	if err != nil {
		return err
	}
	h.nextBlock()
	if err := measure("withdraw", func(ctx sdk.Context) error {
		_, err := bills.Withdraw(ctx, &settlement.MsgWithdraw{Provider: won.Provider, LeaseId: id})
		return err
	}); err != nil {
		return err
	}
	if err := measure("close-lease", func(ctx sdk.Context) error {
		_, err := tx.CloseLease(ctx, &market.MsgCloseLease{Sender: tenant.String(), Id: id})
		return err
	}); err != nil {
		return err
	}
	h.nextBlock()
	return nil
}

// endBlock compares the end of a block with a million open leases with one of a thousand; fifty run dry in each.
func endBlock(ctx context.Context, s session) ([]figure, error) {
	const perBlock, blocks = 50, 16
	sizes := []int{1_000, 1_000_000}
	if s.quick {
		sizes[1] = 50_000
	}
	houses := make([]*house, len(sizes))
	for i, n := range sizes {
		start := time.Now()
		var err error
		if houses[i], err = seed(storetypes.StoreTypeDB, n, perBlock, blocks); err != nil {
			return nil, err
		}
		s.say("seeded %d open leases in %s (flat maps: what keepers read and write, without a tree's depth)", n, time.Since(start).Round(time.Second))
	}
	spent := make([][]time.Duration, len(sizes))
	for block := range blocks {
		for i, h := range houses {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			h.ctx = h.ctx.WithBlockHeight(firstDry + int64(block))
			took, err := h.timed(func(ctx sdk.Context) error {
				if err := h.market.EndBlock(ctx); err != nil {
					return err
				}
				return h.settlement.EndBlock(ctx)
			})
			if err != nil {
				return nil, err
			}
			closed, err := h.closedSoFar()
			if err != nil {
				return nil, err
			}
			if closed != perBlock*(block+1) {
				return nil, fmt.Errorf("%d leases: %d closed after %d blocks, want %d", sizes[i], closed, block+1, perBlock*(block+1))
			}
			spent[i] = append(spent[i], took)
			h.nextBlock()
		}
	}
	return []figure{{
		name: fmt.Sprintf("end-block at %d", sizes[1]), ours: quantile(spent[1], 50), base: quantile(spent[0], 50),
		of: fmt.Sprintf("the same at %d, %d due", sizes[0], perBlock), goal: 1.10, slack: slackOfTwo, peers: "Akash looks at nothing at the end of a block: an overdraft is seen when somebody asks",
	}}, nil
}

// closedSoFar counts leases that ended.
func (h *house) closedSoFar() (int, error) {
	ids, err := h.market.UnsettledBefore(h.ctx, h.ctx.BlockTime(), 1<<30)
	return len(ids), err
}
