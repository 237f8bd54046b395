package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	market "github.com/virtengine/virtengine/chain/x/market/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/chain/x/settlement/fees"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// issue bills a lease's accrued rent and the given lines of metered use. What escrow covers is held until the invoice is
// final; an invoice of nothing is final at once. After the lease's last one, what is free goes back to the depositors.
func (k Keeper) issue(ctx context.Context, lease market.Lease, lines []types.Line, final bool) (types.Invoice, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return types.Invoice{}, err
	}
	held, shortfall, accrued, err := k.deps.Escrow.Hold(ctx, lease.Id, total(lines))
	if err != nil {
		return types.Invoice{}, err
	}
	if accrued.IsPositive() {
		rent := types.Line{Component: resources.ComponentUnspecified, Quantity: math.OneInt(), Amount: accrued}
		lines = append([]types.Line{rent}, lines...)
	}
	id, err := k.NextInvoice.Next(ctx)
	if err != nil {
		return types.Invoice{}, err
	}
	issued := now(ctx)
	inv := types.Invoice{
		Id: id, LeaseId: lease.Id, Owner: lease.Owner, Provider: lease.Provider, Lines: lines, Amount: held, Shortfall: shortfall,
		State: types.InvoiceIssued, Issued: issued, Due: issued.Add(params.DisputeWindow()), Final: final,
		PaidProvider: math.ZeroInt(), PaidFees: math.ZeroInt(), Refunded: math.ZeroInt(),
	}
	if err := k.file(ctx, inv); err != nil {
		return inv, err
	}
	totals, err := k.totals(ctx, lease.Id)
	if err != nil {
		return inv, err
	}
	totals.Invoices++
	totals.Open++
	if err := k.Totals.Set(ctx, lease.Id, totals); err != nil {
		return inv, err
	}
	if err := k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventInvoiceIssued{Id: id, LeaseId: lease.Id, Amount: held.String(), Final: final}); err != nil {
		return inv, err
	}
	if held.IsZero() {
		if inv, err = k.pay(ctx, inv, math.ZeroInt()); err != nil {
			return inv, err
		}
	}
	if !final {
		return inv, nil
	}
	if err := k.deps.Escrow.Finish(ctx, lease.Id); err != nil {
		return inv, err
	}
	return inv, k.deps.Market.MarkSettled(ctx, lease.Id)
}

// file stores a new invoice under all its indexes.
func (k Keeper) file(ctx context.Context, inv types.Invoice) error {
	owner, err := k.deps.Addrs.StringToBytes(inv.Owner)
	if err != nil {
		return fmt.Errorf("invoice %d: owner %q: %w", inv.Id, inv.Owner, err)
	}
	provider, err := k.deps.Addrs.StringToBytes(inv.Provider)
	if err != nil {
		return fmt.Errorf("invoice %d: provider %q: %w", inv.Id, inv.Provider, err)
	}
	if err := k.ByLease.Set(ctx, collections.Join(inv.LeaseId, inv.Id)); err != nil {
		return err
	}
	if err := k.ByOwner.Set(ctx, collections.Join(owner, inv.Id)); err != nil {
		return err
	}
	if err := k.ByProvider.Set(ctx, collections.Join(provider, inv.Id)); err != nil {
		return err
	}
	return k.put(ctx, types.Invoice{}, inv)
}

// put stores an invoice and keeps the due index in step: only an issued invoice is in it.
func (k Keeper) put(ctx context.Context, was, inv types.Invoice) error {
	if was.State == types.InvoiceIssued {
		if err := k.Due.Remove(ctx, collections.Join(was.Due, was.Id)); err != nil {
			return err
		}
	}
	if inv.State == types.InvoiceIssued {
		if err := k.Due.Set(ctx, collections.Join(inv.Due, inv.Id)); err != nil {
			return err
		}
	}
	return k.Invoices.Set(ctx, inv.Id, inv)
}

// pay makes an invoice final: refund goes back to the depositors, the fees of the rest to those who keep the market
// running, and what they leave to the provider.
func (k Keeper) pay(ctx context.Context, was types.Invoice, refund math.Int) (types.Invoice, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return was, err
	}
	provider, err := k.deps.Addrs.StringToBytes(was.Provider)
	if err != nil {
		return was, fmt.Errorf("invoice %d: provider %q: %w", was.Id, was.Provider, err)
	}
	due := was.Amount.Sub(refund)
	shares, rest, err := fees.Split(due, params.Fees.Bps())
	if err != nil {
		return was, errorsmod.Wrapf(types.ErrBrokenInvariant, "invoice %d: %s", was.Id, err)
	}
	if err := k.deps.Escrow.Release(ctx, was.LeaseId, []escrow.Payment{
		{To: provider, Amount: rest},
		{Module: types.PlatformAccount, Amount: shares[0]},
		{Module: authtypes.FeeCollectorName, Amount: shares[1]},
		{Community: true, Amount: shares[2]},
		{Module: types.TakeAccount, Amount: shares[3]},
	}, refund); err != nil {
		return was, err
	}
	inv := was
	inv.State, inv.PaidProvider, inv.PaidFees, inv.Refunded = types.InvoicePaid, rest, due.Sub(rest), refund
	if err := k.put(ctx, was, inv); err != nil {
		return inv, err
	}
	totals, err := k.totals(ctx, inv.LeaseId)
	if err != nil {
		return inv, err
	}
	totals.Open--
	totals.PaidProvider, totals.PaidFees = totals.PaidProvider.Add(inv.PaidProvider), totals.PaidFees.Add(inv.PaidFees)
	if err := k.Totals.Set(ctx, inv.LeaseId, totals); err != nil {
		return inv, err
	}
	return inv, k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventInvoicePaid{
		Id: inv.Id, LeaseId: inv.LeaseId, PaidProvider: inv.PaidProvider.String(), PaidFees: inv.PaidFees.String(), Refunded: refund.String(),
	})
}
