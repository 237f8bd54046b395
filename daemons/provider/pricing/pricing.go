// Package pricing says what the provider asks for an order: by a list of rates, or by expressions of the operator's own.
//
// A price is rent per block and rates for what is used, as the chain writes them. Nothing is rounded in the tenant's
// disfavour but the rent, and that up to the next uve.
package pricing

import (
	"errors"
	"fmt"
	"math/big"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/x/market/auction"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

// Errors of pricing.
var (
	// ErrPriceList says that the price list or an expression is not usable.
	ErrPriceList = errors.New("unusable price list")
	// ErrExpression says that an expression failed for an order.
	ErrExpression = errors.New("price expression failed")
	// ErrAboveCeiling says that the provider asks more than the order pays.
	ErrAboveCeiling = errors.New("price is above the order's ceiling")
)

// Request is what is to be priced.
type Request struct {
	Order   markettypes.Order
	Held    restypes.Resources // of all replicas together
	BlockMs uint64             // nominal length of a block
}

// Pricer asks a price. Pricing the same request twice gives the same price. Safe for concurrent use.
type Pricer interface {
	// Price fails with ErrExpression.
	Price(r Request) (markettypes.Price, error)
}

// Offer prices an order and makes the price fit its auction: at most the ceiling, or exactly the price where it is
// fixed. It also returns the full price that bids are compared by.
// Fails with ErrAboveCeiling, or what the pricer says.
func Offer(p Pricer, r Request) (markettypes.Price, math.Int, error) {
	price, err := p.Price(r)
	if err != nil {
		return markettypes.Price{}, math.Int{}, err
	}
	full, err := auction.FullPrice(price, r.Held, r.BlockMs)
	if err != nil {
		return markettypes.Price{}, math.Int{}, err
	}
	ceiling := r.Order.Spec.MaxPrice
	if full.GT(ceiling) {
		return markettypes.Price{}, math.Int{}, fmt.Errorf("%w: %s uve per block at full use, the order pays %s", ErrAboveCeiling, full, ceiling)
	}
	if r.Order.Spec.Auction == markettypes.AuctionFixed {
		price.PerBlock = price.PerBlock.Add(ceiling.Sub(full)) // the tenant pays exactly this; we asked no more
		full = ceiling
	}
	return price, full, nil
}

// Units of the price list, in the chain's units of each component.
var perHour = map[restypes.Component]*big.Int{
	restypes.ComponentCPU:     big.NewInt(1000 * 3_600_000), // one core for one hour
	restypes.ComponentMemory:  big.NewInt(1 << 30 * 3_600),  // one GiB for one hour
	restypes.ComponentStorage: big.NewInt(1 << 30 * 3_600),
	restypes.ComponentGPU:     big.NewInt(3_600_000), // one GPU for one hour
}

// components in the order a price lists them.
var components = []restypes.Component{restypes.ComponentCPU, restypes.ComponentMemory, restypes.ComponentStorage, restypes.ComponentGPU}

// held returns how much of a component a lease holds, in core-thousandths, bytes or GPUs.
func held(c restypes.Component, r restypes.Resources) uint64 {
	switch c {
	case restypes.ComponentCPU:
		return r.CpuMilli
	case restypes.ComponentMemory:
		return r.MemoryBytes
	case restypes.ComponentStorage:
		return r.StorageBytes
	case restypes.ComponentGPU:
		n := uint64(0)
		for _, g := range r.Gpus {
			n += uint64(g.Count)
		}
		return n
	}
	return 0
}

// rate writes a price per hour as the chain does, exactly: price uve buy per units.
func rate(c restypes.Component, perUnitHour *big.Rat) restypes.Rate {
	whole := new(big.Rat).SetFrac(perUnitHour.Num(), new(big.Int).Mul(perUnitHour.Denom(), perHour[c]))
	return restypes.Rate{Component: c, Price: math.NewIntFromBigInt(whole.Num()), Per: math.NewIntFromBigInt(whole.Denom())}
}

// ceil rounds up to whole uve.
func ceil(r *big.Rat) math.Int {
	q, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return math.NewIntFromBigInt(q)
}
