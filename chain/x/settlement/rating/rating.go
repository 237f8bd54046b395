// Package rating turns measured quantities into uve, exactly.
//
// A rate says that `price` uve buy `per` units. What one record leaves over below one uve is carried to the next record
// of the same lease and component, so that many small records cost what one large record costs, to the uve.
package rating

import (
	"errors"

	"cosmossdk.io/math"
)

// ErrRate says that a rate or a carried remainder is out of bounds.
var ErrRate = errors.New("a rate needs per above zero, and price, quantity and remainder of zero or more")

// Rate returns the uve that quantity costs and the remainder to carry: quantity*price + carried = amount*per + carry.
//
//	quantity, per: in the component's unit     price: uve     carried: quantity*price of before modulo per
func Rate(quantity, price, per, carried math.Int) (amount, carry math.Int, err error) {
	if !per.IsPositive() || price.IsNegative() || quantity.IsNegative() || carried.IsNegative() || carried.GTE(per) {
		return math.Int{}, math.Int{}, ErrRate
	}
	product, err := quantity.SafeMul(price)
	if err != nil {
		return math.Int{}, math.Int{}, err
	}
	sum, err := product.SafeAdd(carried)
	if err != nil {
		return math.Int{}, math.Int{}, err
	}
	return sum.Quo(per), sum.Mod(per), nil
}
