package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// garble overwrites a stored account with bytes that are none.
func (f *fixture) garble(id uint64) {
	key := append(types.AccountPrefix.Bytes(), sdk.Uint64ToBigEndian(id)...)
	require.True(f.t, f.ctx.KVStore(f.key).Has(key))
	f.ctx.KVStore(f.key).Set(key, []byte{0xff})
}

func TestOneUnreadableAccountHoldsUpNoOther(t *testing.T) {
	f := newFixture(t)
	for id := uint64(1); id <= 4; id++ {
		require.NoError(t, f.k.Open(f.ctx, id, tenant, uve(10)))
		require.NoError(t, f.k.Activate(f.ctx, id, uve(10)))
	}
	f.garble(1)
	f.garble(3)
	due, err := f.k.PopExhausted(f.at(102).ctx, 2)
	require.NoError(t, err)
	require.Equal(t, []uint64{2, 4}, due, "those behind it are named in the same block")
	waiting := 0
	require.NoError(t, f.k.Expiry.Walk(f.ctx, nil, func(heightKey) (bool, error) { waiting++; return false, nil }))
	require.Equal(t, 2, waiting, "what could not be settled stays on the index, to be tried again")
}

func TestAnErrorOfTheStoreIsNotAnEmptyAccount(t *testing.T) {
	f := newFixture(t).active()
	f.garble(1)
	_, err := f.k.Account(f.ctx, 1)
	require.Error(t, err)
	require.NotErrorIs(t, err, types.ErrUnknownAccount, "an unreadable account is told apart from a missing one")
}
