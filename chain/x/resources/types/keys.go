// Package types holds the words of x/resources: messages, state, errors, keys.
package types

import "cosmossdk.io/collections"

// ModuleName is the module's name, and StoreKey its store's.
const (
	ModuleName = "resources"
	StoreKey   = ModuleName
)

// The prefixes of the store.
var (
	CapacityPrefix             = collections.NewPrefix(1)
	AllocationPrefix           = collections.NewPrefix(2)
	AllocationByProviderPrefix = collections.NewPrefix(3)
)
