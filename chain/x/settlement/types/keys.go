// Package types holds the words of x/settlement: messages, state, errors, keys.
package types

import "cosmossdk.io/collections"

// ModuleName is the module's name, and StoreKey its store's.
const (
	ModuleName = "settlement"
	StoreKey   = ModuleName
)

// The module accounts that fees go to.
const (
	PlatformAccount = "settlement_platform"
	TakeAccount     = "settlement_take"
)

// The prefixes of the store.
var (
	ParamsPrefix            = collections.NewPrefix(1)
	NextInvoicePrefix       = collections.NewPrefix(2)
	RecordPrefix            = collections.NewPrefix(3)
	InvoicePrefix           = collections.NewPrefix(4)
	InvoiceByLeasePrefix    = collections.NewPrefix(5)
	InvoiceByOwnerPrefix    = collections.NewPrefix(6)
	InvoiceByProviderPrefix = collections.NewPrefix(7)
	DuePrefix               = collections.NewPrefix(8)
	DisputePrefix           = collections.NewPrefix(9)
	RemainderPrefix         = collections.NewPrefix(10)
	TotalsPrefix            = collections.NewPrefix(11)
)
