package keeper_test

import (
	"errors"
	"fmt"
	"testing"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

// refusedWithReason accepts success and typed refusals: an error without a code is one that nobody foresaw.
func refusedWithReason(t *rapid.T, err error) {
	if err == nil || errors.Is(err, errPoor) {
		return
	}
	if _, code, _ := errorsmod.ABCIInfo(err, false); code == 1 {
		t.Fatalf("an untyped refusal: %v", err)
	}
}

// Whatever people do in whatever order, records, indexes, ledger, escrow and coins agree after every step.
func TestRandomTradingKeepsTheInvariants(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t, 3)
		somebody := rapid.SampledFrom([]sdk.AccAddress{tenant, stranger, seller(0), seller(1), seller(2)})
		sellers := rapid.SampledFrom([]sdk.AccAddress{seller(0), seller(1), seller(2)})
		anOrder := func(rt *rapid.T) uint64 { return rapid.Uint64Range(0, 12).Draw(rt, "order") }
		rt.Repeat(map[string]func(*rapid.T){
			"order": func(rt *rapid.T) {
				funds := rapid.Int64Range(40, 400).Draw(rt, "funds")
				_, err := f.tryOrder(funds, func(s *types.OrderSpec) {
					s.Auction = rapid.SampledFrom([]types.Auction{types.AuctionOpen, types.AuctionFixed}).Draw(rt, "auction")
					s.WindowBlocks = rapid.Uint32Range(0, 4).Draw(rt, "window")
					s.Units[0].Resources.CpuMilli = rapid.Uint64Range(0, 4_000).Draw(rt, "cpu")
				})
				refusedWithReason(rt, err)
			},
			"bid": func(rt *rapid.T) {
				p := rapid.OneOf(rapid.Just(int64(50)), rapid.Int64Range(0, 60)).Draw(rt, "price")
				refusedWithReason(rt, f.bid(anOrder(rt), somebody.Draw(rt, "who"), p))
			},
			"withdraw":   func(rt *rapid.T) { refusedWithReason(rt, f.withdraw(anOrder(rt), sellers.Draw(rt, "who"))) },
			"closeOrder": func(rt *rapid.T) { refusedWithReason(rt, f.closeOrder(anOrder(rt), somebody.Draw(rt, "who"))) },
			"closeLease": func(rt *rapid.T) {
				why := types.Reason(rapid.Int32Range(0, 9).Draw(rt, "why"))
				refusedWithReason(rt, f.closeLease(anOrder(rt), somebody.Draw(rt, "who"), why))
			},
			"capacity": func(rt *rapid.T) {
				total := resources.Resources{CpuMilli: rapid.Uint64Range(0, 12_000).Draw(rt, "cpu"), MemoryBytes: 1 << 40}
				refusedWithReason(rt, f.deliver(func(ctx sdk.Context) error {
					_, err := f.ledger.SetCapacity(ctx, &resources.MsgSetCapacity{Provider: sellers.Draw(rt, "who").String(), Total: total})
					return err
				}))
			},
			"leave": func(rt *rapid.T) {
				refusedWithReason(rt, f.deliver(func(ctx sdk.Context) error {
					_, err := f.providers.DeleteProvider(ctx, &provider.MsgDeleteProvider{Owner: sellers.Draw(rt, "who").String()})
					return err
				}))
			},
			"return": func(rt *rapid.T) {
				refusedWithReason(rt, f.deliver(func(ctx sdk.Context) error {
					_, err := f.providers.CreateProvider(ctx, &provider.MsgCreateProvider{
						Owner: sellers.Draw(rt, "who").String(), HostUri: "https://provider.example", PriceList: provider.PriceList{BasePerBlock: math.OneInt()},
					})
					return err
				}))
			},
			"settle": func(rt *rapid.T) {
				ids, err := f.k.UnsettledBefore(f.ctx, f.ctx.BlockTime(), 2)
				for _, id := range ids {
					err = errors.Join(err, f.k.MarkSettled(f.ctx, id))
				}
				if err != nil {
					rt.Fatal(err)
				}
			},
			"failure": func(rt *rapid.T) {
				call := fmt.Sprintf("%s %d", rapid.SampledFrom([]string{"Activate", "Stop", "Cancel"}).Draw(rt, "call"), anOrder(rt))
				if f.escrow.fails[call] == nil {
					f.escrow.fails[call] = errPoor
				} else {
					delete(f.escrow.fails, call)
				}
			},
			"blocks": func(rt *rapid.T) { f.endBlocks(rapid.IntRange(1, 6).Draw(rt, "n")) },
			"":       func(*rapid.T) { f.assertSound() },
		})
	})
}
