package keeper_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"fmt"
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
	"github.com/virtengine/virtengine/chain/x/enclave/keeper"
	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/binding"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

const chainID = "virtengine-1" // no development chain

var (
	validator = person("validator")
	second    = person("second validator")
	stranger  = person("stranger")
	authority = authtypes.NewModuleAddress("gov")
	started   = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
)

func person(name string) sdk.AccAddress {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

// stakes are the bonded validators.
type stakes map[string]int64

func (s stakes) BondedTokens(_ context.Context, operator sdk.AccAddress) (math.Int, bool, error) {
	n, bonded := s[string(operator)]
	return math.NewInt(n), bonded, nil
}

// statement is what the machines of the test's vendor say, signed by the vendor's one key.
type statement struct {
	Launch, Machine, ReportData []byte
	Debug                       bool
	VMPL                        uint64
}

type signedStatement struct{ Body, Signature []byte }

// vendor is a maker of machines of platform sev-snp with a root of its own.
type vendor struct{ key ed25519.PrivateKey }

func newVendor() vendor { return vendor{key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))} }

func (v vendor) says(t *testing.T, s statement) []byte {
	t.Helper()
	body, err := json.Marshal(s)
	require.NoError(t, err)
	signed, err := json.Marshal(signedStatement{Body: body, Signature: ed25519.Sign(v.key, body)})
	require.NoError(t, err)
	raw, err := evidence.Encode(evidence.Evidence{Platform: evidence.SEVSNP, Body: signed})
	require.NoError(t, err)
	return raw
}

func (v vendor) Verify(ev evidence.Evidence, _ attest.Collateral, now time.Time) (attest.Claims, error) {
	var signed signedStatement
	var s statement
	if now.IsZero() || json.Unmarshal(ev.Body, &signed) != nil || json.Unmarshal(signed.Body, &s) != nil {
		return attest.Claims{}, attest.Refuse(attest.Malformed, "no statement")
	}
	claims := attest.Claims{
		Platform: ev.Platform, Statement: hashes.Of(signed.Body), Measurements: []attest.Measurement{{Name: "launch", Value: s.Launch}},
		Facts: []attest.Fact{{Name: "vmpl", Value: s.VMPL}}, Debug: s.Debug, PlatformID: s.Machine, ReportData: s.ReportData,
	}
	if !ed25519.Verify(v.key.Public().(ed25519.PublicKey), signed.Body, signed.Signature) {
		return claims, attest.Refuse(attest.BadSignature, "not by the vendor's key")
	}
	if s.Debug {
		return claims, attest.Refuse(attest.Debug, "debugging is on")
	}
	return claims, nil
}

func (v vendor) Verifier(p evidence.Platform, _ []types.DevelopmentRoot) (attest.Verifier, error) {
	if p != evidence.SEVSNP {
		return nil, types.ErrPlatform
	}
	return v, nil
}

func (vendor) Wants(evidence.Evidence) ([]types.Want, error) { return nil, nil }

// Read takes collateral of the form "KEY NUMBER DAY".
func (vendor) Read(item attest.Item, _ []*x509.Certificate, _ time.Time) ([]types.Collateral, error) {
	c := types.Collateral{Class: string(item.Class), Raw: item.Raw}
	day := 0
	if _, err := fmt.Sscanf(string(item.Raw), "%s %d %d", &c.Key, &c.Number, &day); err != nil {
		return nil, attest.Refuse(attest.WrongSigner, "not the vendor's")
	}
	c.Issued = started.AddDate(0, 0, day)
	c.Next = c.Issued.AddDate(0, 0, 30)
	return []types.Collateral{c}, nil
}

// machine is an enclave on one of the vendor's machines.
type machine struct {
	id     []byte
	name   string
	launch []byte
	key    ed25519.PrivateKey
	epoch  uint64
}

func newMachine(name string) *machine {
	return &machine{name: name, launch: release("1"), key: keyOf(name, 1), epoch: 1}
}

func keyOf(name string, epoch uint64) ed25519.PrivateKey {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, epoch))
	return ed25519.NewKeyFromSeed(sum[:])
}

func release(version string) []byte {
	sum := sha256.Sum256([]byte("release " + version))
	return append(sum[:], sum[:16]...)
}

func (m *machine) keys() types.Keys {
	sum := sha256.Sum256(m.key.Public().(ed25519.PublicKey))
	return types.Keys{Epoch: m.epoch, SignPub: m.key.Public().(ed25519.PublicKey), KemId: 0x20, KemPub: sum[:]}
}

// fixture is the module on a chain whose governance trusts release 1 of svn 1 and takes SEV-SNP at VMPL 0.
type fixture struct {
	t      *testing.T
	ctx    sdk.Context
	k      keeper.Keeper
	tx     types.MsgServer
	q      types.QueryServer
	stakes stakes
	vendor vendor
	first  []byte // digest of release 1
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	keys := storetypes.NewKVStoreKeys(types.StoreKey)
	f := &fixture{
		t: t, vendor: newVendor(), stakes: stakes{string(validator): 100, string(second): 50},
		ctx: testutil.DefaultContextWithKeys(keys, nil, nil).WithChainID(chainID).WithBlockTime(started),
	}
	var err error
	f.k, err = keeper.New(keeper.Deps{
		Cdc: codec.NewProtoCodec(codectypes.NewInterfaceRegistry()), Stores: runtime.NewKVStoreService(keys[types.StoreKey]),
		Addrs: address.NewBech32Codec(params.Bech32Prefix), Events: runtime.EventService{}, Staking: f.stakes, Vendors: f.vendor,
		Authority: authority.String(),
	})
	require.NoError(t, err)
	f.tx, f.q = keeper.NewMsgServer(f.k), keeper.NewQueryServer(f.k)
	gs := types.DefaultGenesis()
	gs.Params.MaxAge, gs.Params.HeartbeatInterval, gs.Params.HeartbeatMisses, gs.Params.Overlap = 50, 5, 2, 6
	gs.Params.EpochBlocks, gs.Params.ChallengeMaxAge, gs.Params.MaxVerificationsPerBlock = 20, 5, 3
	require.NoError(t, f.k.InitGenesis(f.ctx, *gs))
	f.block(1)
	_, err = f.tx.SetVendorPolicy(f.ctx, &types.MsgSetVendorPolicy{Authority: authority.String(), Policy: types.VendorPolicy{
		Platform: string(evidence.SEVSNP), Allowed: true, AnyAdvisory: true,
		Rules: []types.Rule{{Fact: "vmpl", Op: "eq", Value: 0, Code: string(attest.PrivilegeLevel)}},
	}})
	require.NoError(t, err)
	f.first = f.trust("1", 1)
	return f
}

// trust adds a release.
func (f *fixture) trust(version string, svn uint64) []byte {
	f.t.Helper()
	got, err := f.tx.AddMeasurement(f.ctx, &types.MsgAddMeasurement{Authority: authority.String(), Measurement: types.Measurement{
		Platform: string(evidence.SEVSNP), Name: "release " + version, Svn: svn, Registers: []types.NamedDigest{{Name: "launch", Value: release(version)}},
	}})
	require.NoError(f.t, err)
	return got.Digest
}

// block ends the present block and begins n more.
func (f *fixture) block(n int) {
	f.t.Helper()
	for range n {
		if f.ctx.BlockHeight() > 0 {
			require.NoError(f.t, f.k.EndBlock(f.ctx))
			require.NoError(f.t, f.k.AssertInvariants(f.ctx))
		}
		h := f.ctx.BlockHeight() + 1
		hash := sha256.Sum256(fmt.Appendf(nil, "block %d", h))
		f.ctx = f.ctx.WithBlockHeight(h).WithHeaderHash(hash[:]).WithBlockTime(f.ctx.BlockTime().Add(time.Second))
		require.NoError(f.t, f.k.BeginBlock(f.ctx))
	}
}

// binding is what evidence must carry for a purpose, by the module's own answer.
func (f *fixture) binding(operator sdk.AccAddress, purpose binding.Purpose, keys types.Keys) []byte {
	f.t.Helper()
	got, err := f.q.ExpectedBinding(f.ctx, &types.QueryExpectedBindingRequest{
		Operator: operator.String(), Platform: string(evidence.SEVSNP), Purpose: string(purpose), Keys: keys, ChallengeHeight: f.ctx.BlockHeight(),
	})
	require.NoError(f.t, err)
	return got.Binding
}

// evidence is what a machine says for a purpose, changed by whoever wants to.
func (f *fixture) evidence(operator sdk.AccAddress, m *machine, purpose binding.Purpose, change ...func(*statement)) []byte {
	f.t.Helper()
	s := statement{Launch: m.launch, Machine: []byte(m.name), ReportData: f.binding(operator, purpose, m.keys())}
	for _, c := range change {
		c(&s)
	}
	return f.vendor.says(f.t, s)
}

func (f *fixture) register(operator sdk.AccAddress, m *machine, change ...func(*statement)) error {
	f.t.Helper()
	branch, write := f.ctx.CacheContext()
	got, err := f.tx.RegisterEnclave(branch, &types.MsgRegisterEnclave{
		Operator: operator.String(), Evidence: f.evidence(operator, m, binding.Register, change...), Keys: m.keys(), ChallengeHeight: f.ctx.BlockHeight(),
	})
	if err == nil {
		m.id = got.Id
		write() // a refused transaction changes nothing
	}
	return err
}

func (f *fixture) reattest(operator sdk.AccAddress, m *machine, change ...func(*statement)) error {
	f.t.Helper()
	_, err := f.tx.Reattest(f.ctx, &types.MsgReattest{
		Operator: operator.String(), Id: m.id, Evidence: f.evidence(operator, m, binding.Reattest, change...), ChallengeHeight: f.ctx.BlockHeight(),
	})
	return err
}

// rotate makes keys of the next epoch.
func (f *fixture) rotate(operator sdk.AccAddress, m *machine) error {
	f.t.Helper()
	next := &machine{id: m.id, name: m.name, launch: m.launch, key: keyOf(m.name, m.epoch+1), epoch: m.epoch + 1}
	_, err := f.tx.RotateKeys(f.ctx, &types.MsgRotateKeys{
		Operator: operator.String(), Id: m.id, Evidence: f.evidence(operator, next, binding.Rotate), Keys: next.keys(), ChallengeHeight: f.ctx.BlockHeight(),
	})
	if err == nil {
		*m = *next
	}
	return err
}

func (f *fixture) beat(operator sdk.AccAddress, m *machine, counter uint64) error {
	f.t.Helper()
	msg := &types.MsgHeartbeat{Operator: operator.String(), Id: m.id, Counter: counter, VerifiedHeight: f.ctx.BlockHeight()}
	text, err := types.HeartbeatBytes(chainID, msg)
	require.NoError(f.t, err)
	msg.Signature = ed25519.Sign(m.key, text)
	_, err = f.tx.Heartbeat(f.ctx, msg)
	return err
}

// status is what is written of an enclave, and whether it serves.
func (f *fixture) status(m *machine) (types.Status, bool) {
	f.t.Helper()
	got, err := f.q.Enclave(f.ctx, &types.QueryEnclaveRequest{Id: m.id})
	require.NoError(f.t, err)
	return got.Enclave.Status, got.Serves
}

func (f *fixture) stands(m *machine, want types.Status, serves bool, reason string) {
	f.t.Helper()
	status, ok := f.status(m)
	require.Equal(f.t, want, status, reason)
	require.Equal(f.t, serves, ok, reason)
}
