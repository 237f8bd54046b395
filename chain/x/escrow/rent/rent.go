// Package rent is the arithmetic of an escrow account: what falls due, until when funds last, whose deposit is spent.
//
// All amounts are uve and zero or more. Rent falls due for whole blocks: a block is paid in full or not yet at all, so
// settling often or rarely gives the same result, and a deposit that comes in time still pays the block that waited.
package rent

import (
	"errors"
	stdmath "math"

	"cosmossdk.io/math"
)

// ErrShort says that the deposits do not hold what should be spent, or were not spent by what should come back.
var ErrShort = errors.New("deposits do not cover the amount")

// Due returns the rent of the whole blocks between two heights that funds cover, and how many those are.
func Due(settled, now int64, rate, funds math.Int) (due math.Int, blocks int64) {
	if now <= settled || !rate.IsPositive() {
		return math.ZeroInt(), max(now-settled, 0)
	}
	blocks = now - settled
	if covered := funds.Quo(rate); covered.IsInt64() {
		blocks = min(blocks, covered.Int64())
	}
	return rate.MulRaw(blocks), blocks
}

// DrainHeight returns the first height whose rent funds do not cover, given that rent is settled up to a height.
// It returns 0 where nothing drains, and where funds last beyond any height.
func DrainHeight(settled int64, rate, funds math.Int) int64 {
	if !rate.IsPositive() {
		return 0
	}
	height := funds.Quo(rate).AddRaw(settled).AddRaw(1)
	if !height.IsInt64() || height.Int64() == stdmath.MaxInt64 {
		return 0
	}
	return height.Int64()
}

// Deposit is one person's share: Free is unspent, Spent is what moved on.
type Deposit struct {
	Free, Spent math.Int
}

// Spend takes amount from the deposits, first in, first out. It changes nothing and returns ErrShort where they hold less.
func Spend(deposits []Deposit, amount math.Int) ([]Deposit, error) {
	out := make([]Deposit, len(deposits))
	for i, d := range deposits {
		part := math.MinInt(d.Free, amount)
		out[i] = Deposit{Free: d.Free.Sub(part), Spent: d.Spent.Add(part)}
		amount = amount.Sub(part)
	}
	if !amount.IsZero() {
		return nil, ErrShort
	}
	return out, nil
}

// Unspend gives amount back to the deposits, last spent first, and returns how much comes back to each.
// It returns ErrShort where less was spent.
func Unspend(deposits []Deposit, amount math.Int) (back []math.Int, err error) {
	back = make([]math.Int, len(deposits))
	for i := len(deposits) - 1; i >= 0; i-- {
		back[i] = math.MinInt(deposits[i].Spent, amount)
		amount = amount.Sub(back[i])
	}
	if !amount.IsZero() {
		return nil, ErrShort
	}
	return back, nil
}
