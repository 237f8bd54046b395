package keeper_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"cosmossdk.io/collections"
	"cosmossdk.io/log/v2"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdkruntime "github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/bankfake"
	"github.com/virtengine/virtengine/chain/x/escrow/keeper"
	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

const (
	duePerBlock = 100     // accounts that run dry in each measured block
	perCommit   = 50_000  // accounts that are filled in between two commits
	firstDry    = 1_000   // height of the first measured block
	lastLong    = 1 << 40 // the others last to here and beyond
)

// many is an escrow over IAVL trees, as a node keeps them, with many active accounts.
type many struct {
	b    *testing.B
	cms  storetypes.CommitMultiStore
	k    keeper.Keeper
	next uint64
}

func newMany(b *testing.B, backend dbm.BackendType, open int) *many {
	db, err := dbm.NewDB("state", backend, b.TempDir())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	keys := storetypes.NewKVStoreKeys("bank", types.StoreKey)
	m := &many{b: b, cms: store.NewCommitMultiStore(db, log.NewNopLogger())}
	for _, key := range keys {
		m.cms.MountStoreWithDB(key, storetypes.StoreTypeIAVL, nil) // nil: the multistore gives each its part of db
	}
	require.NoError(b, m.cms.LoadLatestVersion())
	bank := bankfake.New(keys["bank"])
	m.k, err = keeper.New(keeper.Deps{
		Cdc: codec.NewProtoCodec(codectypes.NewInterfaceRegistry()), Stores: sdkruntime.NewKVStoreService(keys[types.StoreKey]),
		Addrs: address.NewBech32Codec(params.Bech32Prefix), Events: sdkruntime.EventService{},
		Accounts: bank, Bank: bank, Community: bank, Authority: authority.String(),
	})
	require.NoError(b, err)
	require.NoError(b, m.k.Params.Set(m.at(1), types.DefaultParams()))
	for left := open; left > 0; left -= perCommit {
		ctx := m.at(1)
		for range min(left, perCommit) {
			m.fill(ctx, lastLong+int64(m.next%1_000_000))
		}
		m.cms.Commit()
	}
	if disk, ok := db.(*dbm.PebbleDB); ok { // else it sorts what was filled in while others are measured
		require.NoError(b, disk.DB().Compact([]byte{0}, []byte{0xff}, false))
	}
	runtime.GC()
	return m
}

func (m *many) at(height int64) sdk.Context {
	return sdk.NewContext(m.cms, cmtproto.Header{Height: height}, false, log.NewNopLogger())
}

// fill stores an active account that drains one uve per block up to a height. It goes past the messages: a million of
// them would take longer than what is measured.
func (m *many) fill(ctx sdk.Context, dry int64) {
	m.next++
	a := types.Account{
		Id: m.next, Owner: tenant.String(), State: types.AccountActive, Rate: uve(1), SettledHeight: 1, DrainHeight: dry,
		Deposits: []types.Deposit{{Depositor: tenant.String(), Amount: uve(dry - 2), Spent: uve(0), Refunded: uve(0)}},
		Accrued:  uve(0), Held: uve(0), Paid: uve(0),
	}
	require.NoError(m.b, m.k.Accounts.Set(ctx, a.Id, a))
	require.NoError(m.b, m.k.ByOwner.Set(ctx, collections.Join([]byte(tenant), a.Id)))
	require.NoError(m.b, m.k.Expiry.Set(ctx, collections.Join(dry, a.Id)))
}

// BenchmarkPopExhausted prints what it costs to find and settle a hundred exhausted accounts among many open ones, in
// microseconds: the median of the call (pop-us), of an end of block with nothing due (idle-us), and of writing and
// committing what the call changed (commit-us). The trees are in memory (memdb) or on disk as a node has them (pebbledb):
//
//	go test ./chain/x/escrow/keeper -run '^$' -bench PopExhausted -benchtime 200x
func BenchmarkPopExhausted(b *testing.B) {
	for _, backend := range []dbm.BackendType{dbm.MemDBBackend, dbm.PebbleDBBackend} {
		for _, open := range []int{1_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/open=%d", backend, open), func(b *testing.B) { newMany(b, backend, open).measure() })
		}
	}
}

func (m *many) measure() {
	spent := map[string][]time.Duration{}
	timed := func(what string, do func()) {
		begin := time.Now()
		do()
		spent[what] = append(spent[what], time.Since(begin))
	}
	m.b.ResetTimer()
	for i := range m.b.N {
		m.b.StopTimer()
		height := int64(firstDry + i)
		for range duePerBlock {
			m.fill(m.at(height), height)
		}
		m.cms.Commit()
		block := m.cms.CacheMultiStore()
		ctx := m.at(height).WithMultiStore(block)
		m.b.StartTimer()
		timed("idle", func() { m.pop(ctx.WithBlockHeight(height-1), 0) })
		timed("pop", func() { m.pop(ctx, duePerBlock) })
		timed("commit", func() {
			block.Write()
			m.cms.Commit()
		})
	}
	m.b.StopTimer()
	for _, what := range []string{"idle", "pop", "commit"} {
		slices.Sort(spent[what])
		m.b.ReportMetric(float64(spent[what][m.b.N/2].Nanoseconds())/1_000, what+"-us")
	}
}

func (m *many) pop(ctx sdk.Context, want int) {
	due, err := m.k.PopExhausted(ctx, 2*duePerBlock)
	if err != nil || len(due) != want {
		m.b.Fatalf("height %d: %d accounts, %v", ctx.BlockHeight(), len(due), err)
	}
}
