package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	market "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/chain/x/settlement/rating"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// rate prices measured quantities with the lease's own rates and keeps what is left over below one uve.
// Fails with ErrQuantity where a component is unpriced, out of order, or used more than the lease can use in the period.
func (k Keeper) rate(ctx context.Context, lease market.Lease, quantities []resources.Quantity, period time.Duration) ([]types.Line, error) {
	var lines []types.Line
	last := resources.ComponentUnspecified
	for _, q := range quantities {
		if q.Component <= last {
			return nil, errorsmod.Wrapf(types.ErrQuantity, "%s: components come in order, each once", q.Component)
		}
		last = q.Component
		price, priced := rateOf(lease.Price, q.Component)
		if !priced {
			return nil, errorsmod.Wrapf(types.ErrQuantity, "the lease has no rate for %s", q.Component)
		}
		limit := mostUse(lease.Resources, q.Component, period)
		if q.Amount.IsNil() || q.Amount.IsNegative() || q.Amount.GT(limit) {
			return nil, errorsmod.Wrapf(types.ErrQuantity, "%s of %s, in %s the lease can use %s", q.Amount, q.Component, period, limit)
		}
		key := collections.Join(lease.Id, int32(q.Component))
		carried, err := k.Remainders.Get(ctx, key)
		if errors.Is(err, collections.ErrNotFound) {
			carried = math.ZeroInt()
		} else if err != nil {
			return nil, err
		}
		uve, carry, err := rating.Rate(q.Amount, price.Price, price.Per, carried)
		if err != nil {
			return nil, errorsmod.Wrapf(types.ErrQuantity, "%s: %s", q.Component, err)
		}
		if err := k.Remainders.Set(ctx, key, carry); err != nil {
			return nil, err
		}
		lines = append(lines, types.Line{Component: q.Component, Quantity: q.Amount, Amount: uve})
	}
	return lines, nil
}

func rateOf(price market.Price, c resources.Component) (resources.Rate, bool) {
	for _, r := range price.Metered {
		if r.Component == c {
			return r, true
		}
	}
	return resources.Rate{}, false
}

// mostUse returns how much of a component a lease can use in a period, in the component's unit, rounded up.
func mostUse(held resources.Resources, c resources.Component, period time.Duration) math.Int {
	ms := math.NewInt((period.Nanoseconds() + 999_999) / 1_000_000)
	perSecond := func(held uint64) math.Int {
		return math.NewIntFromUint64(held).Mul(ms).AddRaw(999).QuoRaw(1_000)
	}
	switch c {
	case resources.ComponentCPU:
		return math.NewIntFromUint64(held.CpuMilli).Mul(ms)
	case resources.ComponentMemory:
		return perSecond(held.MemoryBytes)
	case resources.ComponentStorage:
		return perSecond(held.StorageBytes)
	case resources.ComponentGPU:
		return math.NewIntFromUint64(amount.GPUs(held)).Mul(ms)
	}
	return math.ZeroInt()
}
