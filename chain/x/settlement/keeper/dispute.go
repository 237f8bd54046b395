package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// maxWords bounds what people may write, in bytes.
const maxWords = 1024

// AcceptInvoice pays an invoice before its dispute window ends.
func (s msgServer) AcceptInvoice(ctx context.Context, msg *types.MsgAcceptInvoice) (*types.MsgAcceptInvoiceResponse, error) {
	inv, err := s.k.customersOpen(ctx, msg.InvoiceId, msg.Owner)
	if err != nil {
		return nil, err
	}
	_, err = s.k.pay(ctx, inv, math.ZeroInt())
	return &types.MsgAcceptInvoiceResponse{}, err
}

// DisputeInvoice stops an invoice's payment until it is decided.
func (s msgServer) DisputeInvoice(ctx context.Context, msg *types.MsgDisputeInvoice) (*types.MsgDisputeInvoiceResponse, error) {
	inv, err := s.k.customersOpen(ctx, msg.InvoiceId, msg.Owner)
	if err != nil {
		return nil, err
	}
	if now(ctx).After(inv.Due) {
		return nil, errorsmod.Wrapf(types.ErrWindowPassed, "invoice %d: it ended at %s", inv.Id, stamp(inv.Due))
	}
	if msg.Cause == "" || len(msg.Cause) > maxWords {
		return nil, errorsmod.Wrapf(types.ErrInvalidDispute, "the cause has %d bytes, 1 to %d are allowed", len(msg.Cause), maxWords)
	}
	if n := len(msg.EvidenceHash); n != 0 && n != 32 {
		return nil, errorsmod.Wrapf(types.ErrInvalidEvidence, "%d bytes, a SHA-256 has 32", n)
	}
	disputed := inv
	disputed.State = types.InvoiceDisputed
	if err := s.k.put(ctx, inv, disputed); err != nil {
		return nil, err
	}
	dispute := types.Dispute{
		InvoiceId: inv.Id, Cause: msg.Cause, EvidenceHash: msg.EvidenceHash, Opened: now(ctx), Refund: math.ZeroInt(),
	}
	if err := s.k.Disputes.Set(ctx, inv.Id, dispute); err != nil {
		return nil, err
	}
	return &types.MsgDisputeInvoiceResponse{}, s.k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventInvoiceDisputed{Id: inv.Id})
}

// DecideDispute gives refund back to the depositors and pays the rest.
func (s msgServer) DecideDispute(ctx context.Context, msg *types.MsgDecideDispute) (*types.MsgDecideDisputeResponse, error) {
	moderator, err := s.k.moderator(ctx)
	if err != nil {
		return nil, err
	}
	if msg.Moderator != moderator {
		return nil, errorsmod.Wrapf(types.ErrUnauthorized, "%s does not decide disputes, %s does", msg.Moderator, moderator)
	}
	inv, err := s.k.Invoice(ctx, msg.InvoiceId)
	if err != nil {
		return nil, err
	}
	if inv.State != types.InvoiceDisputed {
		return nil, errorsmod.Wrapf(types.ErrNotDisputed, "invoice %d is %s", inv.Id, inv.State)
	}
	if msg.Refund.IsNil() || msg.Refund.IsNegative() || msg.Refund.GT(inv.Amount) {
		return nil, errorsmod.Wrapf(types.ErrInvalidDispute, "refund %s of an invoice of %s", msg.Refund, inv.Amount)
	}
	if len(msg.Decision) > maxWords {
		return nil, errorsmod.Wrapf(types.ErrInvalidDispute, "the decision has %d bytes, at most %d", len(msg.Decision), maxWords)
	}
	dispute, err := s.k.Disputes.Get(ctx, inv.Id)
	if err != nil {
		return nil, err
	}
	dispute.Decided, dispute.Refund, dispute.Decision, dispute.Moderator = true, msg.Refund, msg.Decision, msg.Moderator
	if err := s.k.Disputes.Set(ctx, inv.Id, dispute); err != nil {
		return nil, err
	}
	if _, err := s.k.pay(ctx, inv, msg.Refund); err != nil {
		return nil, err
	}
	return &types.MsgDecideDisputeResponse{}, s.k.deps.Events.EventManager(ctx).Emit(ctx,
		&types.EventDisputeDecided{Id: inv.Id, Refund: msg.Refund.String()})
}

// UpdateParams replaces the parameters. Issued invoices keep their window; fees are those in force when one is paid.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if msg.Authority != s.k.deps.Authority {
		return nil, errorsmod.Wrapf(types.ErrUnauthorized, "%s is not the authority, %s is", msg.Authority, s.k.deps.Authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.Params.Set(ctx, msg.Params)
}

// customersOpen returns an issued invoice of this customer.
// Fails with ErrUnknownInvoice, ErrUnauthorized or ErrInvoiceNotOpen.
func (k Keeper) customersOpen(ctx context.Context, id uint64, owner string) (types.Invoice, error) {
	inv, err := k.Invoice(ctx, id)
	if err != nil {
		return inv, err
	}
	if inv.Owner != owner {
		return inv, errorsmod.Wrapf(types.ErrUnauthorized, "invoice %d is %s's", id, inv.Owner)
	}
	if inv.State != types.InvoiceIssued {
		return inv, errorsmod.Wrapf(types.ErrInvoiceNotOpen, "invoice %d is %s", id, inv.State)
	}
	return inv, nil
}
