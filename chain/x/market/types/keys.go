// Package types holds the words of x/market: messages, state, parameters, errors, keys.
package types

import "cosmossdk.io/collections"

// ModuleName is the module's name, its account's and its store's.
const (
	ModuleName = "market"
	StoreKey   = ModuleName
)

// The prefixes of the store.
var (
	ParamsPrefix          = collections.NewPrefix(1)
	NextOrderPrefix       = collections.NewPrefix(2)
	NextBidPrefix         = collections.NewPrefix(3)
	OrderPrefix           = collections.NewPrefix(4)
	OrderByStatePrefix    = collections.NewPrefix(5)
	OrderByOwnerPrefix    = collections.NewPrefix(6)
	ClosingPrefix         = collections.NewPrefix(7)
	BidPrefix             = collections.NewPrefix(8)
	BidByProviderPrefix   = collections.NewPrefix(9)
	LeasePrefix           = collections.NewPrefix(10)
	LeaseByStatePrefix    = collections.NewPrefix(11)
	LeaseByOwnerPrefix    = collections.NewPrefix(12)
	LeaseByProviderPrefix = collections.NewPrefix(13)
	UnsettledPrefix       = collections.NewPrefix(14)
	OverduePrefix         = collections.NewPrefix(15)
)
