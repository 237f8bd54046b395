// Package auction is the arithmetic of an award: what a bid costs at full use, and which bid comes first.
package auction

import (
	"cmp"
	"math/big"
	"slices"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

// maxBits bounds a full price: below math.Int's 256, with room for sums.
const maxBits = 240

// FullPrice returns what one block costs when everything leased is used all the time, in uve:
//
//	per_block + sum over the metered rates of ceil(used in one block x price / per)
//
// where a block lasts blockMs milliseconds. Each rate is rounded up by itself, as a bid may be compared in its disfavour
// but never in its favour. Fails with ErrInvalidPrice where a component is unknown or the sum too large.
func FullPrice(price types.Price, held resources.Resources, blockMs uint64) (math.Int, error) {
	sum := price.PerBlock.BigInt()
	for _, rate := range price.Metered {
		used, perMs, err := fullUse(rate.Component, held)
		if err != nil {
			return math.Int{}, err
		}
		// used x blockMs x price / (per x perMs), rounded up
		numerator := new(big.Int).SetUint64(used)
		numerator.Mul(numerator, new(big.Int).SetUint64(blockMs))
		numerator.Mul(numerator, rate.Price.BigInt())
		denominator := new(big.Int).Mul(rate.Per.BigInt(), big.NewInt(perMs))
		if denominator.Sign() <= 0 {
			return math.Int{}, errorsmod.Wrapf(types.ErrInvalidPrice, "rate of %s: per is %s", rate.Component, rate.Per)
		}
		quotient, rest := new(big.Int).QuoRem(numerator, denominator, new(big.Int))
		if rest.Sign() != 0 {
			quotient.Add(quotient, big.NewInt(1))
		}
		sum.Add(sum, quotient)
	}
	if sum.BitLen() > maxBits {
		return math.Int{}, errorsmod.Wrapf(types.ErrInvalidPrice, "the price at full use has %d bits, at most %d are allowed", sum.BitLen(), maxBits)
	}
	return math.NewIntFromBigInt(sum), nil
}

// fullUse returns how much of a component a lease uses at most, and how many milliseconds its unit of time has:
// processors and GPUs are metered by the millisecond, memory and storage by the second.
func fullUse(c resources.Component, held resources.Resources) (used uint64, perMs int64, err error) {
	switch c {
	case resources.ComponentCPU:
		return held.CpuMilli, 1, nil
	case resources.ComponentMemory:
		return held.MemoryBytes, 1_000, nil
	case resources.ComponentStorage:
		return held.StorageBytes, 1_000, nil
	case resources.ComponentGPU:
		return amount.GPUs(held), 1, nil
	}
	return 0, 0, errorsmod.Wrapf(types.ErrInvalidPrice, "rate of unknown component %d", c)
}

// Rank orders bids as they are tried at the award: the cheapest first, of equals the earliest. Sequences are unique,
// so there is exactly one order. The given slice is sorted in place.
func Rank(bids []types.Bid) {
	slices.SortFunc(bids, func(a, b types.Bid) int {
		return cmp.Or(a.FullPrice.BigInt().Cmp(b.FullPrice.BigInt()), cmp.Compare(a.Sequence, b.Sequence))
	})
}
