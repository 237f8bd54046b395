package keeper_test

import (
	"testing"
	"time"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	market "github.com/virtengine/virtengine/chain/x/market/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

func TestAnHourOfALease(t *testing.T) {
	f := newFixture(t)
	f.pass(3_600)
	id, err := f.record(f.usage(1, started, coreHour/2))
	require.NoError(t, err)
	inv := f.invoice(id)
	require.Equal(t, "360000", inv.Lines[0].Amount.String(), "3,600 blocks of rent at 100")
	require.Equal(t, "5000", inv.Lines[1].Amount.String(), "half a core-hour at 10,000")
	require.Equal(t, types.InvoiceIssued, inv.State)
	require.Equal(t, "365000", f.statement().Held.String(), "billed, and not paid before its window ends")
	require.Zero(t, f.uve(provider))
	f.assertSound()

	f.jump(7 * 24 * time.Hour)
	require.Equal(t, types.InvoiceIssued, f.invoice(id).State, "at the very end of the window the customer may still object")
	f.jump(time.Second)
	require.Equal(t, types.InvoicePaid, f.invoice(id).State)
	require.Equal(t, int64(335_800), f.uve(provider), "92 % are the provider's")
	require.Equal(t, int64(9_125), f.module(types.PlatformAccount), "2.5 %")
	require.Equal(t, int64(1_825), f.module("fee_collector"), "0.5 %")
	require.Equal(t, int64(3_650), f.module("community"), "1 %")
	require.Equal(t, int64(14_600), f.module(types.TakeAccount), "4 %")
	f.assertSound()
}

func TestRecordUsage(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(f *fixture, msg *types.MsgRecordUsage)
		want   error
	}{
		"Plain":    {"what was measured is billed", func(*fixture, *types.MsgRecordUsage) {}, nil},
		"FullUse":  {"one core cannot be used more than all the time", func(_ *fixture, m *types.MsgRecordUsage) { m.Quantities[0].Amount = math.NewInt(60_000_000) }, nil},
		"TooMuch":  {"one unit more than the lease can use is refused", func(_ *fixture, m *types.MsgRecordUsage) { m.Quantities[0].Amount = math.NewInt(60_000_001) }, types.ErrQuantity},
		"Negative": {"use below zero would take money back", func(_ *fixture, m *types.MsgRecordUsage) { m.Quantities[0].Amount = math.NewInt(-1) }, types.ErrQuantity},
		"Unpriced": {"what the lease has no rate for cannot be billed", func(_ *fixture, m *types.MsgRecordUsage) {
			m.Quantities[0].Component = resources.ComponentMemory
		}, types.ErrQuantity},
		"Twice": {"a component comes once", func(_ *fixture, m *types.MsgRecordUsage) {
			m.Quantities = append(m.Quantities, m.Quantities[0])
		}, types.ErrQuantity},
		"Gap": {"time that was not measured is skipped, and not billed", func(_ *fixture, m *types.MsgRecordUsage) {
			m.Start = started.Add(30 * time.Second)
			m.Quantities[0].Amount = math.NewInt(1)
		}, nil},
		"Future":     {"nothing was measured that has not happened", func(_ *fixture, m *types.MsgRecordUsage) { m.End = m.End.Add(time.Second) }, types.ErrPeriod},
		"Backwards":  {"a period ends after it starts", func(_ *fixture, m *types.MsgRecordUsage) { m.Start = m.End.Add(time.Second) }, types.ErrPeriod},
		"TooEarly":   {"nothing is billed before the lease", func(_ *fixture, m *types.MsgRecordUsage) { m.Start = started.Add(-time.Second) }, types.ErrPeriod},
		"Skipped":    {"records come in sequence", func(_ *fixture, m *types.MsgRecordUsage) { m.Sequence = 2 }, types.ErrSequence},
		"NoEvidence": {"a record points to its samples", func(_ *fixture, m *types.MsgRecordUsage) { m.EvidenceHash = nil }, types.ErrInvalidEvidence},
		"Stranger":   {"only the lease's provider bills it", func(_ *fixture, m *types.MsgRecordUsage) { m.Provider = stranger.String() }, types.ErrUnauthorized},
		"NoLease":    {"there is nothing to bill", func(_ *fixture, m *types.MsgRecordUsage) { m.LeaseId = 9 }, market.ErrUnknownLease},
		"FinalEarly": {"a running lease has no last record", func(_ *fixture, m *types.MsgRecordUsage) { m.Final = true }, types.ErrLeaseActive},
		"AfterTheEnd": {"what ran after the lease's end is the provider's own affair", func(f *fixture, m *types.MsgRecordUsage) {
			f.closeLease()
			f.pass(1)
			m.End = f.ctx.BlockTime()
		}, types.ErrPeriod},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.pass(60)
			msg := f.usage(1, started, 1_000_000)
			tc.change(f, msg)
			_, err := f.record(msg)
			require.ErrorIs(t, err, tc.want, tc.reason)
			f.assertSound()
		})
	}
}

func TestARecordSentTwiceIsBilledOnce(t *testing.T) {
	f := newFixture(t)
	f.pass(60)
	msg := f.usage(1, started, 1_000_000)
	_, err := f.record(msg)
	require.NoError(t, err)
	before := f.statement()
	_, err = f.record(msg)
	require.ErrorIs(t, err, types.ErrSequence)
	require.ErrorContains(t, err, "1 is the last accepted", "a sender that crashed learns that it is done")
	require.Equal(t, before, f.statement())

	overlap := f.usage(2, started.Add(59*time.Second), 0)
	_, err = f.record(overlap)
	require.ErrorIs(t, err, types.ErrPeriod, "no second is billed twice under another number either")
}

func TestUnusedTimeCostsOnlyRent(t *testing.T) {
	f := newFixture(t)
	f.pass(10)
	id, err := f.record(f.usage(1, started, 0))
	require.NoError(t, err)
	require.Equal(t, "1000", f.invoice(id).Amount.String(), "zero use costs zero, not one unit")
}

func TestUseBeyondTheFundsIsTold(t *testing.T) {
	f := newFixture(t)
	f.pass(9_990) // 1,000 uve are left of a million
	id, err := f.record(f.usage(1, started, coreHour))
	require.NoError(t, err)
	inv := f.invoice(id)
	require.Equal(t, "1000000", inv.Amount.String())
	require.Equal(t, "9000", inv.Shortfall.String(), "what escrow does not hold is on the invoice and on nobody's account")
	f.assertSound()
}

func TestWithdraw(t *testing.T) {
	f := newFixture(t)
	_, err := f.tx.Withdraw(f.ctx, &types.MsgWithdraw{Provider: provider.String(), LeaseId: 1})
	require.ErrorIs(t, err, types.ErrNothingAccrued, "in the first block no rent has accrued")
	f = newFixture(t)
	f.pass(10)
	res, err := f.tx.Withdraw(f.ctx, &types.MsgWithdraw{Provider: provider.String(), LeaseId: 1})
	require.NoError(t, err)
	require.Equal(t, "1000", f.invoice(res.InvoiceId).Amount.String())
	f.assertSound()
}
