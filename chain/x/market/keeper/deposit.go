package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/market/types"
)

// take moves a bid's deposit into the module's account.
func (k Keeper) take(ctx context.Context, from sdk.AccAddress, deposit math.Int) error {
	if deposit.IsZero() {
		return nil
	}
	return k.Bank.SendCoinsFromAccountToModule(ctx, from, types.ModuleName, coins(deposit))
}

// giveBack returns a bid's deposit.
func (k Keeper) giveBack(ctx context.Context, to sdk.AccAddress, deposit math.Int) error {
	if deposit.IsZero() {
		return nil
	}
	return k.Bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, to, coins(deposit))
}

func coins(uve math.Int) sdk.Coins { return sdk.Coins{sdk.Coin{Denom: params.Denom, Amount: uve}} }

// lose ends an open bid that was not chosen and returns its deposit.
func (k Keeper) lose(ctx context.Context, bid types.Bid) error {
	provider, err := k.Addrs.StringToBytes(bid.Provider)
	if err != nil {
		return err
	}
	if err := k.giveBack(ctx, provider, bid.Deposit); err != nil {
		return err
	}
	lost := bid
	lost.State = types.BidLost
	if err := k.putBid(ctx, provider, bid, lost); err != nil {
		return err
	}
	return k.Events.EventManager(ctx).Emit(ctx, &types.EventBidLost{OrderId: bid.OrderId, Provider: bid.Provider})
}
