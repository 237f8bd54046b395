package keeper_test

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/evidence"
)

func TestSilenceSuspendsAndOnlyEvidenceHelps(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	f.block(8)
	require.NoError(t, f.beat(validator, m, 1))
	f.block(10)
	f.stands(m, types.StatusActive, true, "two intervals of five blocks have passed, none is missed in full")
	f.block(1)
	_, serves := f.status(m)
	require.False(t, serves, "the eleventh silent block ends it, before the end of the block writes it")
	f.block(1)
	f.stands(m, types.StatusSuspended, false, "written")
	require.NoError(t, f.beat(validator, m, 2))
	f.block(1)
	f.stands(m, types.StatusSuspended, false, "a beat alone proves nothing about the time of silence")
	require.NoError(t, f.reattest(validator, m))
	f.stands(m, types.StatusActive, true, "fresh evidence does")
}

func TestALateHeartbeatDoesNotUndoSilence(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	f.block(11) // silent for too long, and the end of no block has written it yet
	require.NoError(t, f.beat(validator, m, 1))
	f.stands(m, types.StatusSuspended, false, "the beat came a block late")
}

func TestHeartbeats(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(f *fixture, m *machine, msg *types.MsgHeartbeat)
		want   error
	}{
		"Good":           {"counter up, own key", func(*fixture, *machine, *types.MsgHeartbeat) {}, nil},
		"SameCounter":    {"a beat is not said twice", func(_ *fixture, _ *machine, m *types.MsgHeartbeat) { m.Counter = 7 }, types.ErrCounter},
		"HeightFalls":    {"who verified a height does not forget it", func(_ *fixture, _ *machine, m *types.MsgHeartbeat) { m.VerifiedHeight = 1 }, types.ErrHeight},
		"HeightAhead":    {"nobody verified what is not there", func(f *fixture, _ *machine, m *types.MsgHeartbeat) { m.VerifiedHeight = f.ctx.BlockHeight() + 1 }, types.ErrHeight},
		"ShortState":     {"a commitment is a digest", func(_ *fixture, _ *machine, m *types.MsgHeartbeat) { m.StateCommitment = []byte{1} }, types.ErrSignature},
		"OtherOperator":  {"another's enclave", func(_ *fixture, _ *machine, m *types.MsgHeartbeat) { m.Operator = second.String() }, types.ErrUnauthorized},
		"UnknownEnclave": {"no such thing", func(_ *fixture, _ *machine, m *types.MsgHeartbeat) { m.Id = []byte("x") }, types.ErrUnknownEnclave},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			m := newMachine("one")
			require.NoError(t, f.register(validator, m))
			f.block(1)
			require.NoError(t, f.beat(validator, m, 7))
			msg := &types.MsgHeartbeat{Operator: validator.String(), Id: m.id, Counter: 8, VerifiedHeight: f.ctx.BlockHeight()}
			tc.change(f, m, msg)
			text, err := types.HeartbeatBytes(chainID, msg)
			require.NoError(t, err)
			msg.Signature = ed25519.Sign(m.key, text)
			_, err = f.tx.Heartbeat(f.ctx, msg)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestABeatOfAnotherKeyOrChainIsNone(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	msg := &types.MsgHeartbeat{Operator: validator.String(), Id: m.id, Counter: 1, VerifiedHeight: f.ctx.BlockHeight()}
	text, err := types.HeartbeatBytes("another-chain", msg)
	require.NoError(t, err)
	msg.Signature = ed25519.Sign(m.key, text)
	_, err = f.tx.Heartbeat(f.ctx, msg)
	require.ErrorIs(t, err, types.ErrSignature)
	text, err = types.HeartbeatBytes(chainID, msg)
	require.NoError(t, err)
	msg.Signature = ed25519.Sign(keyOf("two", 1), text)
	_, err = f.tx.Heartbeat(f.ctx, msg)
	require.ErrorIs(t, err, types.ErrSignature)
}

func TestKeysOverlapAndThenTheOldOnesEnd(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	old := *m
	f.block(2)
	require.NoError(t, f.rotate(validator, m))
	f.stands(m, types.StatusRotating, true, "both keys serve")
	require.ErrorIs(t, f.rotate(validator, m), types.ErrRotating, "one overlap at a time")
	require.ErrorIs(t, f.beat(validator, &old, 1), types.ErrSignature, "it is the new key that speaks")
	f.block(7)
	f.stands(m, types.StatusActive, true, "the overlap of six blocks is over")
	got, err := f.k.Enclave(f.ctx, m.id)
	require.NoError(t, err)
	require.Nil(t, got.Previous, "and the old keys are gone")
	require.Equal(t, uint64(2), got.Keys.Epoch)
}

func TestEvidenceExpires(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	for counter := range uint64(10) {
		f.block(5)
		if counter < 9 {
			require.NoError(t, f.beat(validator, m, counter+1))
		}
	}
	_, serves := f.status(m)
	require.False(t, serves, "fifty blocks are over, however well the heart beats")
	f.block(1)
	f.stands(m, types.StatusExpired, false, "written")
	require.NoError(t, f.reattest(validator, m))
	f.stands(m, types.StatusActive, true, "fresh evidence brings it back")
}

func TestAnotherMachineIsAnotherEnclave(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	require.ErrorIs(t, f.reattest(validator, m, func(s *statement) { s.Machine = []byte("two") }), types.ErrEvidence)
}

func TestReleasesComeAndGo(t *testing.T) {
	f := newFixture(t)
	m, n := newMachine("one"), newMachine("two")
	require.NoError(t, f.register(validator, m))
	require.NoError(t, f.register(second, n))
	f.trust("2", 2)
	_, err := f.tx.DeprecateMeasurement(f.ctx, &types.MsgDeprecateMeasurement{Authority: authority.String(), Digest: f.first, ExpiryHeight: f.ctx.BlockHeight() + 6})
	require.NoError(t, err)
	f.block(1)
	f.stands(m, types.StatusActive, true, "a deprecated release serves until its end")
	require.ErrorIs(t, f.register(validator, newMachine("three")), types.ErrMeasurement, "and takes nobody new")

	m.launch = release("2")
	require.NoError(t, f.reattest(validator, m), "the machine was upgraded")
	m.launch = release("1")
	require.ErrorIs(t, f.reattest(validator, m), types.ErrMeasurement)
	f.block(6)
	f.stands(m, types.StatusActive, true, "who upgraded stays")
	f.stands(n, types.StatusExpired, false, "who did not is out")
}

func TestASecurityVersionNeverFalls(t *testing.T) {
	f := newFixture(t)
	f.trust("2", 2)
	m := newMachine("one")
	m.launch = release("2")
	require.NoError(t, f.register(validator, m))
	m.launch = release("1")
	require.ErrorIs(t, f.reattest(validator, m), types.ErrDowngrade, "release 1 is trusted still, and older")
}

func TestARevokedReleaseServesNoMoreInTheSameBlock(t *testing.T) {
	f := newFixture(t)
	p, err := f.k.Params.Get(f.ctx)
	require.NoError(t, err)
	p.MaxTransitionsPerBlock = 1
	_, err = f.tx.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority.String(), Params: p})
	require.NoError(t, err)
	m, n := newMachine("one"), newMachine("two")
	require.NoError(t, f.register(validator, m))
	require.NoError(t, f.register(second, n))
	_, err = f.tx.RevokeMeasurement(f.ctx, &types.MsgRevokeMeasurement{Authority: authority.String(), Digest: f.first, Reason: "a hole"})
	require.NoError(t, err)
	for _, e := range []*machine{m, n} {
		_, serves := f.status(e)
		require.False(t, serves, "whatever is written")
	}
	f.block(2) // one transition a block
	f.stands(m, types.StatusRevoked, false, "for good")
	f.stands(n, types.StatusRevoked, false, "for good")
	require.ErrorIs(t, f.reattest(validator, m), types.ErrFinal)
	_, err = f.tx.AddMeasurement(f.ctx, &types.MsgAddMeasurement{Authority: authority.String(), Measurement: types.Measurement{
		Platform: string(evidence.SEVSNP), Name: "again", Registers: []types.NamedDigest{{Name: "launch", Value: release("1")}},
	}})
	require.ErrorIs(t, err, types.ErrMeasurement, "it does not come back under another name")
}

func TestADeniedMachineIsOut(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	_, err := f.tx.DenyPlatform(f.ctx, &types.MsgDenyPlatform{Authority: authority.String(), Denied: types.DeniedPlatform{
		Platform: string(evidence.SEVSNP), PlatformId: []byte("one"), Reason: "its key was read out",
	}})
	require.NoError(t, err)
	_, serves := f.status(m)
	require.False(t, serves)
	f.block(1)
	f.stands(m, types.StatusRevoked, false, "for good")
	other := newMachine("elsewhere")
	require.ErrorContains(t, f.register(validator, other, func(s *statement) { s.Machine = []byte("one") }), "platform_denied", "new keys on the same machine do not help")
}

func TestReceiptsOfReleases(t *testing.T) {
	f := newFixture(t)
	m, n := newMachine("one"), newMachine("two")
	require.NoError(t, f.register(validator, m))
	require.NoError(t, f.register(second, n))
	msg := &types.MsgRecordRelease{Operator: validator.String(), Releaser: m.id, Recipient: n.id, Epoch: 1}
	text, err := types.ReleaseBytes(chainID, msg)
	require.NoError(t, err)
	msg.Signature = ed25519.Sign(n.key, text)
	_, err = f.tx.RecordRelease(f.ctx, msg)
	require.ErrorIs(t, err, types.ErrSignature, "the releaser signs")
	msg.Signature = ed25519.Sign(m.key, text)
	got, err := f.tx.RecordRelease(f.ctx, msg)
	require.NoError(t, err)
	require.Equal(t, uint64(1), got.Receipt)
	_, err = f.tx.RetireEnclave(f.ctx, &types.MsgRetireEnclave{Operator: second.String(), Id: n.id})
	require.NoError(t, err)
	_, err = f.tx.RecordRelease(f.ctx, msg)
	require.ErrorIs(t, err, types.ErrNotActive, "nothing is released to who does not serve")
}
