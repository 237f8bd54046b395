package keeper_test

import (
	"testing"
	"time"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/x/settlement/keeper"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// finalUsage closes the lease and reports its last use.
func finalUsage(f *fixture, n uint64, start time.Time, cpu int64) uint64 {
	f.t.Helper()
	f.closeLease()
	msg := f.usage(n, start, cpu)
	msg.Final = true
	id, err := f.record(msg)
	require.NoError(f.t, err)
	return id
}

func TestAfterTheLastInvoiceTheRestGoesBack(t *testing.T) {
	f := newFixture(t)
	f.pass(100)
	id := finalUsage(f, 1, started, 36_000_000) // a hundredth of a core-hour: 100 uve
	require.Equal(t, int64(purse-10_100), f.uve(tenant), "what is not billed goes back at once, not when the window ends")
	require.False(t, f.statement().Final, "the last invoice may still be disputed")
	f.assertSound()

	_, err := f.record(f.usage(2, f.ctx.BlockTime(), 0))
	require.ErrorIs(t, err, types.ErrLeaseSettled, "nothing follows the final record")

	_, err = f.tx.AcceptInvoice(f.ctx, &types.MsgAcceptInvoice{Owner: tenant.String(), InvoiceId: id})
	require.NoError(t, err)
	s := f.statement()
	require.True(t, s.Final)
	require.Equal(t, s.Deposited.String(), s.Paid.Add(s.Fees).Add(s.Refunded).String(), "deposit = paid + fees + refund, to the uve")
	f.assertSound()
}

func TestAProviderThatNeverReportsGetsItsRentOnly(t *testing.T) {
	f := newFixture(t)
	f.pass(100)
	f.closeLease()
	f.jump(time.Hour - time.Second)
	require.False(t, f.market.known[1].Settled, "it has an hour to report")
	f.jump(time.Second)
	require.True(t, f.market.known[1].Settled)
	require.Equal(t, "10000", f.invoice(1).Amount.String(), "use that nobody reported is not billed")
	require.Equal(t, int64(purse-10_000), f.uve(tenant))
	f.assertSound()
}

func TestDisputes(t *testing.T) {
	hash := make([]byte, 32)
	for name, tc := range map[string]struct {
		reason string
		do     func(f *fixture, id uint64) error
		want   error
	}{
		"Stranger": {"only its customer may object", func(f *fixture, id uint64) error {
			_, err := f.tx.DisputeInvoice(f.ctx, &types.MsgDisputeInvoice{Owner: stranger.String(), InvoiceId: id, Cause: "no"})
			return err
		}, types.ErrUnauthorized},
		"NoCause": {"an objection says why", func(f *fixture, id uint64) error {
			_, err := f.tx.DisputeInvoice(f.ctx, &types.MsgDisputeInvoice{Owner: tenant.String(), InvoiceId: id})
			return err
		}, types.ErrInvalidDispute},
		"Unknown": {"there is no such invoice", func(f *fixture, _ uint64) error {
			_, err := f.tx.AcceptInvoice(f.ctx, &types.MsgAcceptInvoice{Owner: tenant.String(), InvoiceId: 9})
			return err
		}, types.ErrUnknownInvoice},
		"ProviderDecides": {"nobody judges in their own case", func(f *fixture, id uint64) error {
			dispute(f, id)
			_, err := f.tx.DecideDispute(f.ctx, &types.MsgDecideDispute{Moderator: provider.String(), InvoiceId: id, Refund: math.ZeroInt()})
			return err
		}, types.ErrUnauthorized},
		"TooMuch": {"a decision gives back what was billed at most", func(f *fixture, id uint64) error {
			dispute(f, id)
			_, err := f.tx.DecideDispute(f.ctx, &types.MsgDecideDispute{Moderator: authority.String(), InvoiceId: id, Refund: math.NewInt(1_001)})
			return err
		}, types.ErrInvalidDispute},
		"NotDisputed": {"there is nothing to decide", func(f *fixture, id uint64) error {
			_, err := f.tx.DecideDispute(f.ctx, &types.MsgDecideDispute{Moderator: authority.String(), InvoiceId: id, Refund: math.ZeroInt()})
			return err
		}, types.ErrNotDisputed},
		"AcceptDisputed": {"an objection stands until it is decided", func(f *fixture, id uint64) error {
			dispute(f, id)
			_, err := f.tx.AcceptInvoice(f.ctx, &types.MsgAcceptInvoice{Owner: tenant.String(), InvoiceId: id})
			return err
		}, types.ErrInvoiceNotOpen},
		"BadEvidence": {"evidence is a hash", func(f *fixture, id uint64) error {
			_, err := f.tx.DisputeInvoice(f.ctx, &types.MsgDisputeInvoice{Owner: tenant.String(), InvoiceId: id, Cause: "no", EvidenceHash: hash[:31]})
			return err
		}, types.ErrInvalidEvidence},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.pass(10)
			id, err := f.record(f.usage(1, started, 0))
			require.NoError(t, err)
			require.ErrorIs(t, tc.do(f, id), tc.want, tc.reason)
			f.assertSound()
		})
	}
}

func dispute(f *fixture, id uint64) {
	f.t.Helper()
	_, err := f.tx.DisputeInvoice(f.ctx, &types.MsgDisputeInvoice{Owner: tenant.String(), InvoiceId: id, Cause: "it was down"})
	require.NoError(f.t, err)
}

func TestMoneyMovesOnlyOnTheDecision(t *testing.T) {
	f := newFixture(t)
	f.pass(10)
	id, err := f.record(f.usage(1, started, 0))
	require.NoError(t, err)
	dispute(f, id)
	f.jump(30 * 24 * time.Hour)
	require.Equal(t, types.InvoiceDisputed, f.invoice(id).State, "a dispute does not run out")
	require.Zero(t, f.uve(provider))

	_, err = f.tx.DecideDispute(f.ctx, &types.MsgDecideDispute{Moderator: authority.String(), InvoiceId: id, Refund: math.NewInt(400), Decision: "half a day was lost"})
	require.NoError(t, err)
	require.Equal(t, int64(552), f.uve(provider), "92 % of what remains")
	require.Equal(t, int64(purse-funds+400), f.uve(tenant))
	res, err := f.q.Invoice(f.ctx, &types.QueryInvoiceRequest{Id: id})
	require.NoError(t, err)
	require.True(t, res.Dispute.Decided)
	f.assertSound()
}

func TestGenesisComesBack(t *testing.T) {
	f := newFixture(t)
	f.pass(10)
	id, err := f.record(f.usage(1, started, 12_345))
	require.NoError(t, err)
	dispute(f, id)
	exported, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.NoError(t, keeper.ValidateGenesis(*exported))

	g := newFixture(t)
	require.NoError(t, g.k.InitGenesis(g.ctx, *exported))
	again, err := g.k.ExportGenesis(g.ctx)
	require.NoError(t, err)
	require.Equal(t, exported, again)

	bent := *exported
	bent.Invoices[0].Amount = bent.Invoices[0].Amount.AddRaw(1)
	require.ErrorIs(t, keeper.ValidateGenesis(bent), types.ErrBrokenInvariant, "an invoice that does not add up is refused")
}

func TestNewNeedsAllItsParts(t *testing.T) {
	_, err := keeper.New(keeper.Deps{})
	require.Error(t, err, "a missing dependency is a start-up failure")
}

// TestHoweverALeaseIsBilledItCostsTheSame cuts a hundred seconds into random records: what the tenant pays is what one
// record of all of it costs.
func TestHoweverALeaseIsBilledItCostsTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		cuts := newFixture(t)
		start, n, used := started, uint64(1), int64(0)
		measured := func() int64 { // of the time since start, one core at most
			return rapid.Int64Range(0, cuts.ctx.BlockTime().Sub(start).Milliseconds()*1_000).Draw(r, "part")
		}
		for range rapid.IntRange(0, 4).Draw(r, "records") {
			cuts.pass(rapid.IntRange(1, 20).Draw(r, "seconds"))
			part := measured()
			_, err := cuts.record(cuts.usage(n, start, part))
			require.NoError(r, err)
			start, n, used = cuts.ctx.BlockTime(), n+1, used+part
		}
		cuts.pass(int(100 - cuts.ctx.BlockTime().Sub(started)/time.Second))
		part := measured()
		finalUsage(cuts, n, start, part)
		cuts.assertSound()

		once := newFixture(t)
		once.pass(100)
		finalUsage(once, 1, started, used+part)
		require.Equal(r, once.uve(tenant), cuts.uve(tenant))
	})
}
