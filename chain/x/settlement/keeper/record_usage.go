package keeper

import (
	"context"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	market "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

type msgServer struct {
	k Keeper
}

// NewMsgServer answers the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k: k} }

// RecordUsage stores one period of measured use and bills it at the lease's own price.
func (s msgServer) RecordUsage(ctx context.Context, msg *types.MsgRecordUsage) (*types.MsgRecordUsageResponse, error) {
	lease, err := s.k.billable(ctx, msg.LeaseId, msg.Provider)
	if err != nil {
		return nil, err
	}
	totals, err := s.k.totals(ctx, lease.Id)
	if err != nil {
		return nil, err
	}
	if msg.Sequence != totals.LastSequence+1 {
		return nil, errorsmod.Wrapf(types.ErrSequence, "record %d of lease %d: %d is the last accepted", msg.Sequence, lease.Id, totals.LastSequence)
	}
	if len(msg.EvidenceHash) != 32 {
		return nil, errorsmod.Wrapf(types.ErrInvalidEvidence, "%d bytes, a SHA-256 has 32", len(msg.EvidenceHash))
	}
	if msg.Final && lease.State != market.LeaseClosed {
		return nil, errorsmod.Wrapf(types.ErrLeaseActive, "lease %d: its final record comes after its end", lease.Id)
	}
	if err := checkPeriod(lease, totals, msg.Start, msg.End, now(ctx)); err != nil {
		return nil, err
	}
	lines, err := s.k.rate(ctx, lease, msg.Quantities, msg.End.Sub(msg.Start))
	if err != nil {
		return nil, err
	}
	totals.LastSequence, totals.LastEnd = msg.Sequence, msg.End
	if err := s.k.Totals.Set(ctx, lease.Id, totals); err != nil {
		return nil, err
	}
	invoice, err := s.k.issue(ctx, lease, lines, msg.Final)
	if err != nil {
		return nil, err
	}
	record := types.UsageRecord{
		LeaseId: lease.Id, Sequence: msg.Sequence, Start: msg.Start, End: msg.End, Quantities: msg.Quantities,
		EvidenceHash: msg.EvidenceHash, Final: msg.Final, InvoiceId: invoice.Id, Height: sdk.UnwrapSDKContext(ctx).BlockHeight(),
	}
	if err := s.k.Records.Set(ctx, collections.Join(lease.Id, msg.Sequence), record); err != nil {
		return nil, err
	}
	return &types.MsgRecordUsageResponse{InvoiceId: invoice.Id}, s.k.deps.Events.EventManager(ctx).Emit(ctx,
		&types.EventUsageRecorded{LeaseId: lease.Id, Sequence: msg.Sequence, InvoiceId: invoice.Id})
}

// Withdraw bills the rent that accrued since the last invoice, for leases whose price has no rates.
func (s msgServer) Withdraw(ctx context.Context, msg *types.MsgWithdraw) (*types.MsgWithdrawResponse, error) {
	lease, err := s.k.billable(ctx, msg.LeaseId, msg.Provider)
	if err != nil {
		return nil, err
	}
	invoice, err := s.k.issue(ctx, lease, nil, false)
	if err != nil {
		return nil, err
	}
	if invoice.Amount.IsZero() {
		return nil, errorsmod.Wrapf(types.ErrNothingAccrued, "lease %d", lease.Id)
	}
	return &types.MsgWithdrawResponse{InvoiceId: invoice.Id}, nil
}

// billable returns a lease that its provider may still bill.
// Fails with ErrUnknownLease, ErrUnauthorized or ErrLeaseSettled.
func (k Keeper) billable(ctx context.Context, id uint64, provider string) (market.Lease, error) {
	lease, err := k.deps.Market.Lease(ctx, id)
	if err != nil {
		return lease, err
	}
	if lease.Provider != provider {
		return lease, errorsmod.Wrapf(types.ErrUnauthorized, "lease %d is %s's to bill", id, lease.Provider)
	}
	if lease.Settled {
		return lease, errorsmod.Wrapf(types.ErrLeaseSettled, "lease %d", id)
	}
	return lease, nil
}

// checkPeriod accepts a period that begins where the last ended or later, and lies within the lease's life and the past.
// An empty period is accepted too: it ends a lease of which nothing more was measured.
func checkPeriod(lease market.Lease, totals types.Totals, start, end, now time.Time) error {
	switch {
	case end.Before(start):
		return errorsmod.Wrapf(types.ErrPeriod, "it ends at %s, before it starts at %s", stamp(end), stamp(start))
	case start.Before(totals.LastEnd):
		return errorsmod.Wrapf(types.ErrPeriod, "it starts at %s, use is recorded until %s", stamp(start), stamp(totals.LastEnd))
	case start.Before(lease.CreatedTime):
		return errorsmod.Wrapf(types.ErrPeriod, "it starts at %s, the lease at %s", stamp(start), stamp(lease.CreatedTime))
	case end.After(now):
		return errorsmod.Wrapf(types.ErrPeriod, "it ends at %s, it is %s", stamp(end), stamp(now))
	case lease.State == market.LeaseClosed && end.After(lease.ClosedTime):
		return errorsmod.Wrapf(types.ErrPeriod, "it ends at %s, the lease at %s", stamp(end), stamp(lease.ClosedTime))
	}
	return nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// total adds lines up, in uve.
func total(lines []types.Line) math.Int {
	sum := math.ZeroInt()
	for _, l := range lines {
		sum = sum.Add(l.Amount)
	}
	return sum
}
