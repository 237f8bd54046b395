package sim

import (
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
	settlementkeeper "github.com/virtengine/virtengine/chain/x/settlement/keeper"
	settlementtypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/security/safemath"
)

// settlementMoves are bills and what becomes of them.
func (t *Traffic) settlementMoves() []move {
	return []move{
		{"record usage", 14, t.recordUsage},
		{"withdraw", 4, t.withdraw},
		{"accept invoice", 3, t.acceptInvoice},
		{"dispute invoice", 3, t.disputeInvoice},
		{"decide dispute", 3, t.decideDispute},
	}
}

// recordUsage bills the time since the last record, at most at full use; seldom more than a lease can use.
func (t *Traffic) recordUsage(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.provider()
	state := markettypes.LeaseActive
	if t.seldom(3) {
		state = markettypes.LeaseClosed
	}
	leases, err := t.leases(ctx, &markettypes.QueryLeasesRequest{Provider: who.Address.String(), State: state})
	if err != nil || len(leases) == 0 {
		return nil, nil, err
	}
	lease := one(t.rng, leases)
	totals, err := t.app.Market.Settlement.Totals.Get(ctx, lease.Id)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return nil, nil, err
	}
	msg := &settlementtypes.MsgRecordUsage{
		Provider: who.Address.String(), LeaseId: lease.Id, Sequence: totals.LastSequence + 1,
		Start: lease.CreatedTime, End: ctx.BlockTime(), EvidenceHash: t.hash(), Final: state == markettypes.LeaseClosed,
	}
	if totals.LastEnd.After(msg.Start) {
		msg.Start = totals.LastEnd
	}
	if state == markettypes.LeaseClosed {
		msg.End = lease.ClosedTime
	}
	if t.seldom(12) {
		msg.Sequence-- // sent twice
	}
	elapsed := msg.End.Sub(msg.Start).Milliseconds()
	for _, rate := range lease.Price.Metered {
		full := elapsed * safemath.Clamp[int64](lease.Resources.CpuMilli)
		amount := math.NewInt(t.between(0, max(full, 0)))
		if t.seldom(15) {
			amount = math.NewInt(full).MulRaw(3).AddRaw(1) // more than there is
		}
		msg.Quantities = append(msg.Quantities, resourcestypes.Quantity{Component: rate.Component, Amount: amount})
	}
	return who, msg, nil
}

func (t *Traffic) withdraw(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.provider()
	leases, err := t.leases(ctx, &markettypes.QueryLeasesRequest{Provider: who.Address.String(), State: markettypes.LeaseActive})
	if err != nil || len(leases) == 0 {
		return nil, nil, err
	}
	return who, &settlementtypes.MsgWithdraw{Provider: who.Address.String(), LeaseId: one(t.rng, leases).Id}, nil
}

func (t *Traffic) acceptInvoice(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.tenant()
	id, err := t.invoice(ctx, who, settlementtypes.InvoiceIssued)
	if err != nil || id == 0 {
		return nil, nil, err
	}
	return who, &settlementtypes.MsgAcceptInvoice{Owner: who.Address.String(), InvoiceId: id}, nil
}

func (t *Traffic) disputeInvoice(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.tenant()
	id, err := t.invoice(ctx, who, settlementtypes.InvoiceIssued)
	if err != nil || id == 0 {
		return nil, nil, err
	}
	return who, &settlementtypes.MsgDisputeInvoice{Owner: who.Address.String(), InvoiceId: id, Cause: "the service was down", EvidenceHash: t.hash()}, nil
}

func (t *Traffic) decideDispute(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	id, err := t.invoice(ctx, t.tenant(), settlementtypes.InvoiceDisputed)
	if err != nil || id == 0 {
		return nil, nil, err
	}
	invoice, err := t.app.Market.Settlement.Invoices.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	refund := math.NewInt(t.upTo(0, invoice.Amount))
	who := t.Cast.Moderator
	if t.seldom(6) {
		who = t.tenant() // not theirs to decide
	}
	return who, &settlementtypes.MsgDecideDispute{Moderator: who.Address.String(), InvoiceId: id, Refund: refund, Decision: "partly down"}, nil
}

// invoice returns the number of one of a tenant's latest invoices in a state, zero where there is none.
func (t *Traffic) invoice(ctx sdk.Context, owner *Actor, state settlementtypes.InvoiceState) (uint64, error) {
	latest := page()
	latest.Reverse = true
	res, err := settlementkeeper.NewQueryServer(t.app.Market.Settlement).Invoices(ctx, &settlementtypes.QueryInvoicesRequest{Owner: owner.Address.String(), Pagination: latest})
	if err != nil {
		return 0, err
	}
	var found []uint64
	for _, i := range res.Invoices {
		if i.State == state {
			found = append(found, i.Id)
		}
	}
	if len(found) == 0 {
		return 0, nil
	}
	return one(t.rng, found), nil
}
