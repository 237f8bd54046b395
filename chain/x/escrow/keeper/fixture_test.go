package keeper_test

import (
	"crypto/sha256"
	"testing"

	"cosmossdk.io/collections"
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
	"github.com/virtengine/virtengine/chain/x/escrow/keeper"
	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

const purse = 1_000_000 // uve everybody has

var (
	tenant    = person("tenant")
	friend    = person("friend")
	stranger  = person("stranger")
	provider  = person("provider")
	authority = authtypes.NewModuleAddress("gov")
)

func person(name string) sdk.AccAddress {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

// fixture is an escrow over an in-memory store, at height 100.
type fixture struct {
	t    require.TestingT
	ctx  sdk.Context
	k    keeper.Keeper
	tx   types.MsgServer
	q    types.QueryServer
	bank bankfake.Bank
	key  storetypes.StoreKey // the module's store
}

type heightKey = collections.Pair[int64, uint64]

func newFixture(t testing.TB) *fixture {
	t.Helper()
	keys := storetypes.NewKVStoreKeys("bank", types.StoreKey)
	f := &fixture{t: t, ctx: testutil.DefaultContextWithKeys(keys, nil, nil).WithBlockHeight(100), bank: bankfake.New(keys["bank"]), key: keys[types.StoreKey]}
	var err error
	f.k, err = keeper.New(keeper.Deps{
		Cdc: codec.NewProtoCodec(codectypes.NewInterfaceRegistry()), Stores: runtime.NewKVStoreService(keys[types.StoreKey]),
		Addrs: address.NewBech32Codec(params.Bech32Prefix), Events: runtime.EventService{},
		Accounts: f.bank, Bank: f.bank, Community: f.bank, Authority: authority.String(),
	})
	require.NoError(t, err)
	f.tx, f.q = keeper.NewMsgServer(f.k), keeper.NewQueryServer(f.k)
	genesis := types.DefaultGenesis()
	genesis.Params = types.Params{MinDeposit: math.NewInt(10), MaxDeposits: 3}
	require.NoError(t, f.k.InitGenesis(f.ctx, *genesis))
	for _, who := range []sdk.AccAddress{tenant, friend, stranger} {
		require.NoError(t, f.bank.Mint(f.ctx, who, purse))
	}
	return f
}

// at is the same state at another height.
func (f *fixture) at(height int64) *fixture {
	g := *f
	g.ctx = f.ctx.WithBlockHeight(height)
	return &g
}

func uve(n int64) math.Int { return math.NewInt(n) }

// active escrows 100 uve of the tenant under number 1, and drains it at 7 per block.
func (f *fixture) active() *fixture {
	require.NoError(f.t, f.k.Open(f.ctx, 1, tenant, uve(100)))
	require.NoError(f.t, f.k.Activate(f.ctx, 1, uve(7)))
	return f
}

func (f *fixture) deposit(id uint64, who sdk.AccAddress, amount int64) error {
	_, err := f.tx.Deposit(f.ctx, &types.MsgDeposit{Depositor: who.String(), Id: id, Amount: uve(amount)})
	return err
}

func (f *fixture) account(id uint64) types.Account {
	a, err := f.k.Account(f.ctx, id)
	require.NoError(f.t, err)
	return a
}

func (f *fixture) balance(who sdk.AccAddress) int64 {
	amount, err := f.bank.Of(f.ctx, who)
	require.NoError(f.t, err)
	return amount.Int64()
}

// assertSound checks the module's invariants, and that no coin was made or lost.
func (f *fixture) assertSound() {
	require.NoError(f.t, f.k.AssertInvariants(f.ctx))
	total, err := f.bank.Total(f.ctx)
	require.NoError(f.t, err)
	require.Equal(f.t, int64(3*purse), total.Int64(), "coins are neither made nor lost")
}
