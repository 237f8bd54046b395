package types

import (
	"context"
	"time"

	"cosmossdk.io/math"

	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	market "github.com/virtengine/virtengine/chain/x/market/types"
)

// MarketKeeper is what settlement asks of x/market.
type MarketKeeper interface {
	Lease(ctx context.Context, id uint64) (market.Lease, error) // ErrUnknownLease
	// UnsettledBefore returns closed leases without a final invoice that closed at t or before, oldest first.
	UnsettledBefore(ctx context.Context, t time.Time, max uint32) ([]uint64, error)
	MarkSettled(ctx context.Context, id uint64) error
}

// EscrowKeeper is what settlement asks of x/escrow. An account has its lease's number.
type EscrowKeeper interface {
	// Hold puts all accrued rent and metered use, as far as it is covered, aside for an invoice.
	Hold(ctx context.Context, id uint64, metered math.Int) (held, shortfall, accrued math.Int, err error)
	// Release pays what is held, and gives refund back to the depositors.
	Release(ctx context.Context, id uint64, pay []escrow.Payment, refund math.Int) error
	// Finish gives back what is free: the final invoice is issued.
	Finish(ctx context.Context, id uint64) error
	Account(ctx context.Context, id uint64) (escrow.Account, error)
}
