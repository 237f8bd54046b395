// Package types holds the words of x/escrow: messages, state, errors, keys.
package types

import "cosmossdk.io/collections"

// ModuleName is the module's name, its account's, and StoreKey its store's.
const (
	ModuleName = "escrow"
	StoreKey   = ModuleName
)

// The prefixes of the store.
var (
	ParamsPrefix  = collections.NewPrefix(1)
	AccountPrefix = collections.NewPrefix(2)
	ByOwnerPrefix = collections.NewPrefix(3)
	ExpiryPrefix  = collections.NewPrefix(4)
)
