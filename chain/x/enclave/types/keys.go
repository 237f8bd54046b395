// Package types holds the words of x/enclave: messages, state, errors, keys.
package types

import "cosmossdk.io/collections"

// ModuleName is the module's name, and StoreKey its store's.
const (
	ModuleName = "enclave"
	StoreKey   = ModuleName
)

// The prefixes of the store.
var (
	ParamsPrefix            = collections.NewPrefix(1)
	PolicyPrefix            = collections.NewPrefix(2)
	MeasurementPrefix       = collections.NewPrefix(3)
	CollateralPrefix        = collections.NewPrefix(4)
	DeniedPrefix            = collections.NewPrefix(5)
	EnclavePrefix           = collections.NewPrefix(6)
	EnclaveByOperatorPrefix = collections.NewPrefix(7)
	UsedKeyPrefix           = collections.NewPrefix(8)
	DuePrefix               = collections.NewPrefix(9)
	ChallengePrefix         = collections.NewPrefix(10)
	FirstBlockPrefix        = collections.NewPrefix(11)
	CommitteePrefix         = collections.NewPrefix(12)
	ReceiptPrefix           = collections.NewPrefix(13)
	NextReceiptPrefix       = collections.NewPrefix(14)
	VerificationsPrefix     = collections.NewPrefix(15)
)
