package keeper_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/bankfake"
	escrowkeeper "github.com/virtengine/virtengine/chain/x/escrow/keeper"
	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	market "github.com/virtengine/virtengine/chain/x/market/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/chain/x/settlement/keeper"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

const (
	purse    = 10_000_000    // uve the tenant has
	funds    = 1_000_000     // of those, in escrow for lease 1
	rent     = 100           // uve per block
	coreHour = 3_600_000_000 // milli-CPU milliseconds
)

var (
	tenant    = person("tenant")
	provider  = person("provider")
	stranger  = person("stranger")
	authority = authtypes.NewModuleAddress("gov")
	started   = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
)

func person(name string) sdk.AccAddress {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

// leases is a market of leases that tests open and close by hand.
type leases struct {
	known map[uint64]market.Lease
}

func (l leases) Lease(_ context.Context, id uint64) (market.Lease, error) {
	if lease, ok := l.known[id]; ok {
		return lease, nil
	}
	return market.Lease{}, market.ErrUnknownLease
}

func (l leases) UnsettledBefore(_ context.Context, t time.Time, max uint32) ([]uint64, error) {
	var ids []uint64
	for id := uint64(1); id <= uint64(len(l.known)); id++ {
		lease := l.known[id]
		if lease.State == market.LeaseClosed && !lease.Settled && !lease.ClosedTime.After(t) && uint32(len(ids)) < max {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (l leases) MarkSettled(_ context.Context, id uint64) error {
	lease := l.known[id]
	lease.Settled = true
	l.known[id] = lease
	return nil
}

// fixture is settlement over a real escrow, with one active lease of one core at 10,000 uve per core-hour and rent.
type fixture struct {
	t      *testing.T
	ctx    sdk.Context
	k      keeper.Keeper
	tx     types.MsgServer
	q      types.QueryServer
	escrow escrowkeeper.Keeper
	bank   bankfake.Bank
	market leases
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	keys := storetypes.NewKVStoreKeys("bank", escrow.StoreKey, types.StoreKey)
	f := &fixture{
		t: t, ctx: testutil.DefaultContextWithKeys(keys, nil, nil).WithBlockHeight(100).WithBlockTime(started),
		bank: bankfake.New(keys["bank"]), market: leases{known: map[uint64]market.Lease{}},
	}
	cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
	addrs, events := address.NewBech32Codec(params.Bech32Prefix), runtime.EventService{}
	var err error
	f.escrow, err = escrowkeeper.New(escrowkeeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(keys[escrow.StoreKey]), Addrs: addrs, Events: events,
		Accounts: f.bank, Bank: f.bank, Community: f.bank, Authority: authority.String(),
	})
	require.NoError(t, err)
	f.k, err = keeper.New(keeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(keys[types.StoreKey]), Addrs: addrs, Events: events,
		Market: f.market, Escrow: f.escrow, Authority: authority.String(),
	})
	require.NoError(t, err)
	f.tx, f.q = keeper.NewMsgServer(f.k), keeper.NewQueryServer(f.k)
	require.NoError(t, f.escrow.InitGenesis(f.ctx, *escrow.DefaultGenesis()))
	require.NoError(t, f.k.InitGenesis(f.ctx, *types.DefaultGenesis()))
	require.NoError(t, f.bank.Mint(f.ctx, tenant, purse))

	require.NoError(t, f.escrow.Open(f.ctx, 1, tenant, math.NewInt(funds)))
	require.NoError(t, f.escrow.Activate(f.ctx, 1, math.NewInt(rent)))
	f.market.known[1] = market.Lease{
		Id: 1, Owner: tenant.String(), Provider: provider.String(), State: market.LeaseActive, CreatedHeight: 100, CreatedTime: started,
		Resources: resources.Resources{CpuMilli: 1_000, MemoryBytes: 1 << 30},
		Price: market.Price{PerBlock: math.NewInt(rent), Metered: []resources.Rate{
			{Component: resources.ComponentCPU, Price: math.NewInt(10_000), Per: math.NewInt(coreHour)},
		}},
	}
	return f
}

// pass lets n blocks of a second each go by, each with its end.
func (f *fixture) pass(n int) {
	f.t.Helper()
	for range n {
		require.NoError(f.t, f.k.EndBlock(f.ctx))
		f.ctx = f.ctx.WithBlockHeight(f.ctx.BlockHeight() + 1).WithBlockTime(f.ctx.BlockTime().Add(time.Second))
	}
}

// jump lets time go by in one block.
func (f *fixture) jump(d time.Duration) {
	f.t.Helper()
	f.ctx = f.ctx.WithBlockHeight(f.ctx.BlockHeight() + 1).WithBlockTime(f.ctx.BlockTime().Add(d))
	require.NoError(f.t, f.k.EndBlock(f.ctx))
}

// closeLease ends the lease now, as the market does.
func (f *fixture) closeLease() {
	f.t.Helper()
	require.NoError(f.t, f.escrow.Stop(f.ctx, 1))
	lease := f.market.known[1]
	lease.State, lease.ClosedTime, lease.ClosedHeight = market.LeaseClosed, f.ctx.BlockTime(), f.ctx.BlockHeight()
	f.market.known[1] = lease
}

// deliver runs one message as a block does: an error leaves nothing behind.
func (f *fixture) deliver(do func(ctx sdk.Context) error) error {
	branch, write := f.ctx.CacheContext()
	if err := do(branch); err != nil {
		return err
	}
	write()
	return nil
}

// usage is the record of sequence n from start to now, with cpu milli-CPU milliseconds used.
func (f *fixture) usage(n uint64, start time.Time, cpu int64) *types.MsgRecordUsage {
	evidence := sha256.Sum256([]byte("samples"))
	return &types.MsgRecordUsage{
		Provider: provider.String(), LeaseId: 1, Sequence: n, Start: start, End: f.ctx.BlockTime(), EvidenceHash: evidence[:],
		Quantities: []resources.Quantity{{Component: resources.ComponentCPU, Amount: math.NewInt(cpu)}},
	}
}

func (f *fixture) record(msg *types.MsgRecordUsage) (invoice uint64, err error) {
	err = f.deliver(func(ctx sdk.Context) error {
		res, err := f.tx.RecordUsage(ctx, msg)
		if err == nil {
			invoice = res.InvoiceId
		}
		return err
	})
	return invoice, err
}

func (f *fixture) invoice(id uint64) types.Invoice {
	f.t.Helper()
	inv, err := f.k.Invoice(f.ctx, id)
	require.NoError(f.t, err)
	return inv
}

func (f *fixture) statement() *types.QueryStatementResponse {
	f.t.Helper()
	res, err := f.q.Statement(f.ctx, &types.QueryStatementRequest{LeaseId: 1})
	require.NoError(f.t, err)
	return res
}

func (f *fixture) uve(who sdk.AccAddress) int64 {
	f.t.Helper()
	amount, err := f.bank.Of(f.ctx, who)
	require.NoError(f.t, err)
	return amount.Int64()
}

func (f *fixture) module(name string) int64 { return f.uve(authtypes.NewModuleAddress(name)) }

// assertSound checks the invariants of both modules, that no coin was made or lost, and that the statement adds up.
func (f *fixture) assertSound() {
	f.t.Helper()
	require.NoError(f.t, f.escrow.AssertInvariants(f.ctx))
	require.NoError(f.t, f.k.AssertInvariants(f.ctx))
	total, err := f.bank.Total(f.ctx)
	require.NoError(f.t, err)
	require.Equal(f.t, int64(purse), total.Int64(), "coins are neither made nor lost")
	s := f.statement()
	sum := s.Paid.Add(s.Fees).Add(s.Refunded).Add(s.Held).Add(s.Accrued).Add(s.Free)
	require.Equal(f.t, s.Deposited.String(), sum.String(), "deposited = paid + fees + refunded + held + accrued + free")
}
