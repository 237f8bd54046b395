package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// AssertInvariants reads everything and fails with ErrBrokenInvariant where records contradict one another, escrow holds
// another amount for a lease than its open invoices say, or the due index and the invoices disagree.
func (k Keeper) AssertInvariants(ctx context.Context) error {
	gs, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := ValidateGenesis(*gs); err != nil {
		return err
	}
	open := map[uint64]math.Int{} // by lease; only looked up
	issued := 0
	for _, inv := range gs.Invoices {
		sum, ok := open[inv.LeaseId]
		if !ok {
			sum = math.ZeroInt()
		}
		if inv.State != types.InvoicePaid {
			sum = sum.Add(inv.Amount)
		}
		open[inv.LeaseId] = sum
		if inv.State == types.InvoiceIssued {
			issued++
		}
	}
	for _, t := range gs.Totals {
		account, err := k.deps.Escrow.Account(ctx, t.LeaseId)
		if err != nil {
			return err
		}
		if sum, ok := open[t.LeaseId]; ok && !account.Held.Equal(sum) {
			return broken("lease %d: escrow holds %s, its open invoices say %s", t.LeaseId, account.Held, sum)
		}
		if paid := t.PaidProvider.Add(t.PaidFees); !account.Paid.Equal(paid) {
			return broken("lease %d: escrow paid %s, its invoices say %s", t.LeaseId, account.Paid, paid)
		}
	}
	if err := k.Due.Walk(ctx, nil, func(key timeKey) (bool, error) {
		inv, err := k.Invoice(ctx, key.K2())
		if err != nil {
			return true, err
		}
		if inv.State != types.InvoiceIssued || !inv.Due.Equal(key.K1()) {
			return true, broken("invoice %d is indexed as due at %s", inv.Id, stamp(key.K1()))
		}
		issued--
		return false, nil
	}); err != nil {
		return err
	}
	if issued != 0 {
		return broken("the due index is off by %d", issued)
	}
	return nil
}
