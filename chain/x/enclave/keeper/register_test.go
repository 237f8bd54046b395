package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/binding"
	"github.com/virtengine/virtengine/enclave/evidence"
)

func TestWhatRegisters(t *testing.T) {
	for name, tc := range map[string]struct {
		reason   string
		operator sdk.AccAddress
		change   func(*statement)
		want     error
		code     attest.Code
	}{
		"Genuine":          {"a validator with genuine evidence of a trusted release", validator, func(*statement) {}, nil, ""},
		"NoValidator":      {"only who has stake to lose runs enclaves", stranger, func(*statement) {}, types.ErrNotValidator, ""},
		"Debug":            {"memory of a debugged enclave can be read", validator, func(s *statement) { s.Debug = true }, types.ErrEvidence, attest.Debug},
		"PolicySaysNo":     {"genuine, and at a privilege level that policy refuses", validator, func(s *statement) { s.VMPL = 1 }, types.ErrEvidence, attest.PrivilegeLevel},
		"UnknownRelease":   {"genuine, and running what nobody reviewed", validator, func(s *statement) { s.Launch = release("mine") }, types.ErrMeasurement, ""},
		"OtherReportData":  {"evidence of another's keys, chain or time says something else", validator, func(s *statement) { s.ReportData = make([]byte, 64) }, types.ErrBinding, ""},
		"ShortReportData":  {"a part of the binding is not the binding", validator, func(s *statement) { s.ReportData = s.ReportData[:32] }, types.ErrBinding, ""},
		"EmptyReportData":  {"nothing is bound to nothing", validator, func(s *statement) { s.ReportData = nil }, types.ErrBinding, ""},
		"ReleaseCutShort":  {"a prefix of a trusted digest is another digest", validator, func(s *statement) { s.Launch = s.Launch[:32] }, types.ErrMeasurement, ""},
		"NoReleaseAtAll":   {"zeroes measure nothing", validator, func(s *statement) { s.Launch = make([]byte, 48) }, types.ErrMeasurement, ""},
		"MachineIsUnnamed": {"a vendor that hides the machine still proves the release", validator, func(s *statement) { s.Machine = nil }, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			m := newMachine("one")
			err := f.register(tc.operator, m, tc.change)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.code != "" {
				require.ErrorContains(t, err, string(tc.code), tc.reason)
			}
			if tc.want == nil {
				f.stands(m, types.StatusActive, true, tc.reason)
				return
			}
			all, err := f.q.Enclaves(f.ctx, &types.QueryEnclavesRequest{})
			require.NoError(t, err)
			require.Empty(t, all.Enclaves, "a refusal leaves nothing behind")
		})
	}
}

func TestEvidenceOfOneOperatorIsNothingInTheHandsOfAnother(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	stolen := f.evidence(validator, m, binding.Register)
	_, err := f.tx.RegisterEnclave(f.ctx, &types.MsgRegisterEnclave{Operator: second.String(), Evidence: stolen, Keys: m.keys(), ChallengeHeight: f.ctx.BlockHeight()})
	require.ErrorIs(t, err, types.ErrBinding)
}

func TestEvidenceForOnePurposeServesNoOther(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	_, err := f.tx.Reattest(f.ctx, &types.MsgReattest{
		Operator: validator.String(), Id: m.id, Evidence: f.evidence(validator, m, binding.Register), ChallengeHeight: f.ctx.BlockHeight(),
	})
	require.ErrorIs(t, err, types.ErrBinding)
}

func TestAChallengeGrowsOld(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		blocks int
		want   error
	}{
		"Fresh":     {"this block's own", 0, nil},
		"JustYoung": {"five blocks are allowed", 5, nil},
		"JustOld":   {"the sixth is too many", 6, types.ErrChallenge},
		"Gone":      {"long ago", 40, types.ErrChallenge},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			m := newMachine("one")
			at := f.ctx.BlockHeight()
			raw := f.evidence(validator, m, binding.Register)
			f.block(tc.blocks)
			_, err := f.tx.RegisterEnclave(f.ctx, &types.MsgRegisterEnclave{Operator: validator.String(), Evidence: raw, Keys: m.keys(), ChallengeHeight: at})
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	f := newFixture(t)
	m := newMachine("one")
	_, err := f.tx.RegisterEnclave(f.ctx, &types.MsgRegisterEnclave{
		Operator: validator.String(), Evidence: f.evidence(validator, m, binding.Register), Keys: m.keys(), ChallengeHeight: f.ctx.BlockHeight() + 1,
	})
	require.ErrorIs(t, err, types.ErrChallenge, "nobody knows the hash of a block to come")
}

func TestAKeyIsRegisteredOnceForEver(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	require.NoError(t, f.register(validator, m))
	require.ErrorIs(t, f.register(validator, newMachine("one")), types.ErrKeys, "it is there")
	_, err := f.tx.RetireEnclave(f.ctx, &types.MsgRetireEnclave{Operator: validator.String(), Id: m.id})
	require.NoError(t, err)
	require.ErrorIs(t, f.register(second, newMachine("one")), types.ErrKeys, "retiring frees no key")
}

func TestABlockChecksSoMuchAndNoMore(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"one", "two", "three"} {
		require.NoError(t, f.register(validator, newMachine(name)))
	}
	require.ErrorIs(t, f.register(second, newMachine("four")), types.ErrBusy)
	f.block(1)
	require.NoError(t, f.register(second, newMachine("four")), "the next block has room")
}

func TestAnOperatorHasSoManyEnclaves(t *testing.T) {
	f := newFixture(t)
	var last *machine
	for _, name := range []string{"one", "two", "three", "four"} {
		last = newMachine(name)
		require.NoError(t, f.register(validator, last))
		f.block(1)
	}
	require.ErrorIs(t, f.register(validator, newMachine("five")), types.ErrTooMany)
	_, err := f.tx.RetireEnclave(f.ctx, &types.MsgRetireEnclave{Operator: validator.String(), Id: last.id})
	require.NoError(t, err)
	require.NoError(t, f.register(validator, newMachine("five")), "a retired one makes room")
}

func TestAPlatformThatProvesNothingIsForDevelopmentChains(t *testing.T) {
	f := newFixture(t)
	_, err := f.tx.SetVendorPolicy(f.ctx, &types.MsgSetVendorPolicy{Authority: authority.String(), Policy: types.VendorPolicy{Platform: string(evidence.Simulated), Allowed: true}})
	require.ErrorIs(t, err, types.ErrPlatform)
	p, err := f.k.Params.Get(f.ctx)
	require.NoError(t, err)
	p.DevelopmentRoots = []types.DevelopmentRoot{{Platform: string(evidence.SoftTPM), Root: []byte("root")}}
	_, err = f.tx.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority.String(), Params: p})
	require.ErrorIs(t, err, types.ErrPlatform)
	gs := types.DefaultGenesis()
	gs.Policies = []types.VendorPolicy{{Platform: string(evidence.Simulated), Allowed: true}}
	require.ErrorIs(t, f.k.InitGenesis(f.ctx, *gs), types.ErrPlatform, "a genesis is no way around")
}

func TestADryRunSaysWhatARegistrationWould(t *testing.T) {
	f := newFixture(t)
	m := newMachine("one")
	ask := func(raw []byte) *types.QueryVerifyEvidenceResponse {
		got, err := f.q.VerifyEvidence(f.ctx, &types.QueryVerifyEvidenceRequest{
			Evidence: raw, Operator: validator.String(), Purpose: string(binding.Register), Keys: m.keys(), ChallengeHeight: f.ctx.BlockHeight(),
		})
		require.NoError(t, err)
		return got
	}
	good := ask(f.evidence(validator, m, binding.Register))
	require.Equal(t, string(attest.Accepted), good.Code, good.Reason)
	require.Equal(t, f.first, good.Measurement)
	for code, raw := range map[attest.Code][]byte{
		attest.Debug:           f.evidence(validator, m, binding.Register, func(s *statement) { s.Debug = true }),
		attest.UnknownMeasure:  f.evidence(validator, m, binding.Register, func(s *statement) { s.Launch = release("mine") }),
		attest.WrongReportData: f.evidence(second, m, binding.Register),
		attest.Malformed:       []byte("no evidence"),
	} {
		require.Equal(t, string(code), ask(raw).Code)
	}
}
