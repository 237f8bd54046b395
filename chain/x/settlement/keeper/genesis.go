package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// ValidateGenesis accepts invoices that add up, with totals that agree with them.
// Fails with ErrInvalidParams or ErrBrokenInvariant.
func ValidateGenesis(gs types.GenesisState) error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	want := map[uint64]types.Totals{} // by lease; only looked up
	for _, t := range gs.Totals {
		if _, twice := want[t.LeaseId]; twice {
			return broken("totals of lease %d come twice", t.LeaseId)
		}
		want[t.LeaseId] = t
	}
	sums := map[uint64]types.Totals{}
	seen := map[uint64]types.Invoice{}
	for _, inv := range gs.Invoices {
		if _, twice := seen[inv.Id]; twice || inv.Id == 0 || inv.Id >= gs.NextInvoice {
			return broken("invoice %d comes twice, or is not below next_invoice %d", inv.Id, gs.NextInvoice)
		}
		seen[inv.Id] = inv
		if err := checkInvoice(inv); err != nil {
			return err
		}
		sums[inv.LeaseId] = counted(sums[inv.LeaseId], inv)
	}
	for _, t := range gs.Totals {
		sum := sums[t.LeaseId]
		if sum.PaidProvider.IsNil() {
			sum.PaidProvider, sum.PaidFees = math.ZeroInt(), math.ZeroInt()
		}
		if sum.Invoices != t.Invoices || sum.Open != t.Open || !sum.PaidProvider.Equal(t.PaidProvider) || !sum.PaidFees.Equal(t.PaidFees) {
			return broken("totals of lease %d are not the sum of its invoices", t.LeaseId)
		}
	}
	for _, inv := range gs.Invoices {
		if _, ok := want[inv.LeaseId]; !ok {
			return broken("lease %d has invoices and no totals", inv.LeaseId)
		}
	}
	for _, r := range gs.Records {
		if t := want[r.LeaseId]; r.Sequence == 0 || r.Sequence > t.LastSequence || r.End.After(t.LastEnd) {
			return broken("record %d of lease %d lies beyond its totals", r.Sequence, r.LeaseId)
		}
	}
	for _, d := range gs.Disputes {
		if inv, ok := seen[d.InvoiceId]; !ok || !d.Decided != (inv.State == types.InvoiceDisputed) {
			return broken("dispute of invoice %d does not fit it", d.InvoiceId)
		}
	}
	return nil
}

func counted(t types.Totals, inv types.Invoice) types.Totals {
	if t.PaidProvider.IsNil() {
		t.PaidProvider, t.PaidFees = math.ZeroInt(), math.ZeroInt()
	}
	t.Invoices++
	if inv.State != types.InvoicePaid {
		t.Open++
	}
	t.PaidProvider, t.PaidFees = t.PaidProvider.Add(inv.PaidProvider), t.PaidFees.Add(inv.PaidFees)
	return t
}

func checkInvoice(inv types.Invoice) error {
	for _, amount := range []math.Int{inv.Amount, inv.Shortfall, inv.PaidProvider, inv.PaidFees, inv.Refunded} {
		if amount.IsNil() || amount.IsNegative() {
			return broken("invoice %d: an amount is missing or negative", inv.Id)
		}
	}
	if !total(inv.Lines).Sub(inv.Shortfall).Equal(inv.Amount) {
		return broken("invoice %d: lines %s less shortfall %s are not its amount %s", inv.Id, total(inv.Lines), inv.Shortfall, inv.Amount)
	}
	left := inv.PaidProvider.Add(inv.PaidFees).Add(inv.Refunded)
	switch inv.State {
	case types.InvoiceIssued, types.InvoiceDisputed:
		if !left.IsZero() {
			return broken("invoice %d: %s and %s left already", inv.Id, inv.State, left)
		}
	case types.InvoicePaid:
		if !left.Equal(inv.Amount) {
			return broken("invoice %d: %s left of %s", inv.Id, left, inv.Amount)
		}
	default:
		return broken("invoice %d: state %s", inv.Id, inv.State)
	}
	return nil
}

func broken(format string, args ...any) error {
	return errorsmod.Wrapf(types.ErrBrokenInvariant, format, args...)
}

// InitGenesis stores what ValidateGenesis accepts.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := ValidateGenesis(gs); err != nil {
		return err
	}
	if err := k.Params.Set(ctx, gs.Params); err != nil {
		return err
	}
	if err := k.NextInvoice.Set(ctx, gs.NextInvoice); err != nil {
		return err
	}
	for _, r := range gs.Records {
		if err := k.Records.Set(ctx, collections.Join(r.LeaseId, r.Sequence), r); err != nil {
			return err
		}
	}
	for _, inv := range gs.Invoices {
		if err := k.file(ctx, inv); err != nil {
			return err
		}
	}
	for _, d := range gs.Disputes {
		if err := k.Disputes.Set(ctx, d.InvoiceId, d); err != nil {
			return err
		}
	}
	for _, r := range gs.Remainders {
		if err := k.Remainders.Set(ctx, collections.Join(r.LeaseId, int32(r.Component)), r.Numerator); err != nil {
			return err
		}
	}
	for _, t := range gs.Totals {
		if err := k.Totals.Set(ctx, t.LeaseId, t); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns everything, by number.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	next, err := k.NextInvoice.Peek(ctx)
	if err != nil {
		return nil, err
	}
	gs := types.GenesisState{
		Params: params, NextInvoice: next, Records: []types.UsageRecord{}, Invoices: []types.Invoice{},
		Disputes: []types.Dispute{}, Remainders: []types.Remainder{}, Totals: []types.Totals{},
	}
	if err := k.Records.Walk(ctx, nil, func(_ recordKey, r types.UsageRecord) (bool, error) {
		gs.Records = append(gs.Records, r)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.Invoices.Walk(ctx, nil, func(_ uint64, inv types.Invoice) (bool, error) {
		gs.Invoices = append(gs.Invoices, inv)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.Disputes.Walk(ctx, nil, func(_ uint64, d types.Dispute) (bool, error) {
		gs.Disputes = append(gs.Disputes, d)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err := k.Remainders.Walk(ctx, nil, func(key componentKey, carried math.Int) (bool, error) {
		gs.Remainders = append(gs.Remainders, types.Remainder{LeaseId: key.K1(), Component: resources.Component(key.K2()), Numerator: carried})
		return false, nil
	}); err != nil {
		return nil, err
	}
	err = k.Totals.Walk(ctx, nil, func(_ uint64, t types.Totals) (bool, error) {
		gs.Totals = append(gs.Totals, t)
		return false, nil
	})
	return &gs, err
}
