package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/attest"
)

func TestOnlyTheAuthorityGoverns(t *testing.T) {
	f := newFixture(t)
	who := validator.String()
	for name, send := range map[string]func() error{
		"AddMeasurement": func() error {
			_, err := f.tx.AddMeasurement(f.ctx, &types.MsgAddMeasurement{Authority: who})
			return err
		},
		"DeprecateMeasurement": func() error {
			_, err := f.tx.DeprecateMeasurement(f.ctx, &types.MsgDeprecateMeasurement{Authority: who, Digest: f.first, ExpiryHeight: 100})
			return err
		},
		"RevokeMeasurement": func() error {
			_, err := f.tx.RevokeMeasurement(f.ctx, &types.MsgRevokeMeasurement{Authority: who, Digest: f.first})
			return err
		},
		"SetVendorPolicy": func() error {
			_, err := f.tx.SetVendorPolicy(f.ctx, &types.MsgSetVendorPolicy{Authority: who})
			return err
		},
		"DenyPlatform": func() error {
			_, err := f.tx.DenyPlatform(f.ctx, &types.MsgDenyPlatform{Authority: who})
			return err
		},
		"UpdateParams": func() error {
			_, err := f.tx.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: who, Params: types.DefaultParams()})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, send(), types.ErrUnauthorized) })
	}
}

func TestCollateralNeverGoesBack(t *testing.T) {
	f := newFixture(t)
	for _, tc := range []struct {
		reason, raw string
		want        error
	}{
		{"the first", "sgx/one 17 1", nil},
		{"the same again brings nothing", "sgx/one 17 1", types.ErrOldCollateral},
		{"newer date, lower evaluation: an older truth signed late", "sgx/one 16 9", types.ErrOldCollateral},
		{"newer", "sgx/one 17 2", nil},
		{"of another family", "sgx/two 3 1", nil},
		{"not the vendor's", "nonsense", types.ErrCollateral},
	} {
		_, err := f.tx.SubmitCollateral(f.ctx, &types.MsgSubmitCollateral{Sender: stranger.String(), Class: string(attest.TCBInfo), Raw: []byte(tc.raw)})
		require.ErrorIs(t, err, tc.want, tc.reason)
	}
	got, err := f.q.Collateral(f.ctx, &types.QueryCollateralRequest{})
	require.NoError(t, err)
	require.Len(t, got.Collateral, 2)
	require.Empty(t, got.Collateral[0].Raw, "the bytes come when they are asked for")
}

func TestCommitteesAreSeatedWhereAnEpochBegins(t *testing.T) {
	f := newFixture(t)
	m, n := newMachine("one"), newMachine("two")
	require.NoError(t, f.register(validator, m))
	require.NoError(t, f.register(second, n))
	for f.ctx.BlockHeight() < 20 {
		f.block(1)
		if f.ctx.BlockHeight()%8 == 0 {
			require.NoError(t, f.beat(validator, m, uint64(f.ctx.BlockHeight())))
		}
	}
	got, err := f.q.Committee(f.ctx, &types.QueryCommitteeRequest{})
	require.NoError(t, err)
	require.Equal(t, uint64(1), got.Committee.Epoch)
	require.Len(t, got.Committee.Members, 1, "the silent one has no seat")
	require.Equal(t, m.id, got.Committee.Members[0].EnclaveId)
	delete(f.stakes, string(validator))
	f.block(20)
	got, err = f.q.Committee(f.ctx, &types.QueryCommitteeRequest{})
	require.NoError(t, err)
	require.Empty(t, got.Committee.Members, "who has no stake any more has none either")
}

func TestWhatIsExportedIsImported(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	f.block(2)
	require.NoError(t, f.rotate(validator, m))
	f.block(1)
	gs, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)
	g := newFixture(t)
	g.ctx = g.ctx.WithBlockHeight(f.ctx.BlockHeight())
	require.NoError(t, g.k.InitGenesis(g.ctx, *gs))
	require.NoError(t, g.k.AssertInvariants(g.ctx))
	again, err := g.k.ExportGenesis(g.ctx)
	require.NoError(t, err)
	require.Equal(t, gs, again)

	gs.CarryEnclaves = false
	require.ErrorIs(t, g.k.InitGenesis(g.ctx, *gs), types.ErrInvalidGenesis, "nobody believes enclaves by accident")
	gs.CarryEnclaves, gs.UsedKeys = true, nil
	require.ErrorIs(t, g.k.InitGenesis(g.ctx, *gs), types.ErrInvalidGenesis, "keys that were never used belong to nobody")
}
