package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	market "github.com/virtengine/virtengine/chain/x/market/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	settlement "github.com/virtengine/virtengine/chain/x/settlement/types"
)

type group = manifest.Group

// tick is how often use and cost are shown.
const tick = 5 * time.Second

// watch shows use and cost until interrupted.
func (t *tenant) watch(ctx context.Context) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		if err := t.alive(); err != nil {
			return err
		}
		for _, id := range t.Orders {
			if err := t.show(ctx, id); err != nil && ctx.Err() == nil {
				t.say("usage", "lease %d: %s", id, err)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// show prints what a lease used and cost until now.
func (t *tenant) show(ctx context.Context, id uint64) error {
	account, err := t.chain.Escrow().Account(ctx, &escrow.QueryAccountRequest{Id: id})
	if err != nil {
		return err
	}
	cost := account.Account.Spent()
	cpu, invoices, err := t.used(ctx, id)
	if err != nil {
		return err
	}
	t.say("usage", "lease %d: %s core-seconds on %d invoices, cost %s uve, %s uve left for %d blocks", id, cpu, invoices, cost, account.Free, account.BlocksLeft)
	return nil
}

// used adds up what the lease's records say, in thousandths of a core-second.
func (t *tenant) used(ctx context.Context, id uint64) (string, int, error) {
	records, err := t.chain.Settlement().Usage(ctx, &settlement.QueryUsageRequest{LeaseId: id})
	if err != nil {
		return "", 0, err
	}
	sum := uint64(0)
	for _, r := range records.Records {
		for _, q := range r.Quantities {
			if q.Component == resources.ComponentCPU && q.Amount.IsUint64() {
				sum += q.Amount.Uint64()
			}
		}
	}
	return fmt.Sprintf("%d.%03d", sum/1_000_000, sum/1_000%1_000), len(records.Records), nil
}

// finish waits for a first usage record, closes the lease, accepts its invoices and checks the sum.
func (t *tenant) finish(ctx context.Context, id uint64) error {
	if err := t.until(ctx, "the first usage record", 3*time.Minute, func(ctx context.Context) (bool, error) {
		_, records, err := t.used(ctx, id)
		return records > 0, err
	}); err != nil {
		return err
	}
	if err := t.show(ctx, id); err != nil {
		return err
	}
	lease, err := t.chain.Market().Lease(ctx, &market.QueryLeaseRequest{Id: id})
	if err != nil {
		return err
	}
	if lease.Lease.State == market.LeaseActive {
		if _, err := t.send(ctx, &market.MsgCloseLease{Sender: t.address, Id: id, Reason: market.ReasonTenant}); err != nil {
			return fmt.Errorf("close lease %d: %w", id, err)
		}
		t.say("close", "lease %d closed; its last use is being reported", id)
	}
	if err := t.until(ctx, "the final invoice", 3*time.Minute, func(ctx context.Context) (bool, error) {
		lease, err := t.chain.Market().Lease(ctx, &market.QueryLeaseRequest{Id: id})
		return err == nil && lease.Lease.Settled, err
	}); err != nil {
		return err
	}
	if err := t.accept(ctx, id); err != nil {
		return err
	}
	return t.sum(ctx, id)
}

// units are what quantities of a component count.
var units = map[resources.Component]string{
	resources.ComponentCPU: "mCPU·ms", resources.ComponentMemory: "byte·s", resources.ComponentStorage: "byte·s", resources.ComponentGPU: "GPU·ms",
}

// accept pays every invoice now instead of at the end of its dispute window.
func (t *tenant) accept(ctx context.Context, id uint64) error {
	list, err := t.chain.Settlement().Invoices(ctx, &settlement.QueryInvoicesRequest{LeaseId: id})
	if err != nil {
		return err
	}
	for _, inv := range list.Invoices {
		if inv.State != settlement.InvoiceIssued {
			continue
		}
		if _, err := t.send(ctx, &settlement.MsgAcceptInvoice{Owner: t.address, InvoiceId: inv.Id}); err != nil {
			return fmt.Errorf("accept invoice %d: %w", inv.Id, err)
		}
	}
	for _, inv := range list.Invoices {
		for _, line := range inv.Lines {
			what := "rent"
			if line.Component != resources.ComponentUnspecified {
				what = strings.ToLower(strings.TrimPrefix(line.Component.String(), "COMPONENT_")) + " " + line.Quantity.String() + " " + units[line.Component]
			}
			t.say("invoice", "%d: %s, %s uve", inv.Id, what, line.Amount)
		}
	}
	return nil
}

// sum prints the final statement and fails unless it adds up to the uve.
func (t *tenant) sum(ctx context.Context, id uint64) error {
	s, err := t.chain.Settlement().Statement(ctx, &settlement.QueryStatementRequest{LeaseId: id})
	if err != nil {
		return err
	}
	t.say("final", "lease %d: deposit %s = paid %s + fees %s + refund %s uve", id, s.Deposited, s.Paid, s.Fees, s.Refunded)
	if sum := s.Paid.Add(s.Fees).Add(s.Refunded); !s.Final || !sum.Equal(s.Deposited) {
		return fmt.Errorf("lease %d does not add up: deposit %s, parts %s, still held %s", id, s.Deposited, sum, s.Held)
	}
	return nil
}
