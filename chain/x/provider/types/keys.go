// Package types holds the words of x/provider: messages, state, errors, keys.
package types

import "cosmossdk.io/collections"

// ModuleName is the module's name, and StoreKey its store's.
const (
	ModuleName = "provider"
	StoreKey   = ModuleName
)

// The prefixes of the store.
var (
	ProviderPrefix    = collections.NewPrefix(1)
	AttributePrefix   = collections.NewPrefix(2)
	CertificatePrefix = collections.NewPrefix(3)
)
