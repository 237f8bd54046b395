package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ResourcesKeeper is what x/provider asks of the capacity ledger.
type ResourcesKeeper interface {
	// HasAllocations tells whether any lease holds some of the provider's capacity.
	HasAllocations(ctx context.Context, provider sdk.AccAddress) (bool, error)
}
