package keeper_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
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

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/provider/keeper"
	"github.com/virtengine/virtengine/chain/x/provider/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

var (
	alice, bob = person("alice"), person("bob")
	now        = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
)

func person(name string) sdk.AccAddress {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

// busy stands for a ledger in which the named providers' capacity is leased.
type busy map[string]bool

func (b busy) HasAllocations(_ context.Context, provider sdk.AccAddress) (bool, error) {
	return b[provider.String()], nil
}

type fixture struct {
	ctx   sdk.Context
	k     keeper.Keeper
	tx    types.MsgServer
	query types.QueryServer
	busy  busy
}

func newFixture(t testing.TB) *fixture {
	key := storetypes.NewKVStoreKey(types.StoreKey)
	ctx := testutil.DefaultContextWithKeys(map[string]*storetypes.KVStoreKey{types.StoreKey: key}, nil, nil).WithBlockHeight(7).WithBlockTime(now)
	leased := busy{}
	k, err := keeper.New(codec.NewProtoCodec(codectypes.NewInterfaceRegistry()), runtime.NewKVStoreService(key),
		address.NewBech32Codec(params.Bech32Prefix), runtime.EventService{}, leased)
	require.NoError(t, err)
	return &fixture{ctx: ctx, k: k, tx: keeper.NewMsgServer(k), query: keeper.NewQueryServer(k), busy: leased}
}

func profile(who sdk.AccAddress) *types.MsgCreateProvider {
	return &types.MsgCreateProvider{
		Owner: who.String(), HostUri: "https://provider.example:8443", Website: "https://provider.example/about", Email: "sales@provider.example",
		Attributes: []types.Attribute{{Key: "region", Value: "eu-west"}, {Key: "tier", Value: "gold"}},
		PriceList: types.PriceList{BasePerBlock: math.NewInt(3), Metered: []resources.Rate{
			{Component: resources.ComponentCPU, Price: math.NewInt(1), Per: math.NewInt(1_000_000)},
		}},
	}
}

func TestCreateProvider(t *testing.T) {
	rate := func(c resources.Component, price, per int64) resources.Rate {
		return resources.Rate{Component: c, Price: math.NewInt(price), Per: math.NewInt(per)}
	}
	for name, tc := range map[string]struct {
		reason string
		change func(*types.MsgCreateProvider)
		want   error
	}{
		"Good":   {"a full profile", func(*types.MsgCreateProvider) {}, nil},
		"Least":  {"website, e-mail and attributes may be left out", func(m *types.MsgCreateProvider) { m.Website, m.Email, m.Attributes = "", "", nil }, nil},
		"IPv4":   {"an address is a host", func(m *types.MsgCreateProvider) { m.HostUri = "https://127.0.0.1:8443" }, nil},
		"NoHost": {"tenants must find the gateway", func(m *types.MsgCreateProvider) { m.HostUri = "" }, types.ErrInvalidProfile},
		"HTTP":   {"and reach it over TLS", func(m *types.MsgCreateProvider) { m.HostUri = "http://provider.example" }, types.ErrInvalidProfile},
		//ve:allow secrets made up: a URL with a password is what is refused
		"User":        {"without a password for everybody", func(m *types.MsgCreateProvider) { m.HostUri = "https://root:root@provider.example" }, types.ErrInvalidProfile},
		"Port":        {"a port has 16 bits", func(m *types.MsgCreateProvider) { m.HostUri = "https://provider.example:65536" }, types.ErrInvalidProfile},
		"PortZero":    {"and is not 0", func(m *types.MsgCreateProvider) { m.HostUri = "https://provider.example:0" }, types.ErrInvalidProfile},
		"Query":       {"an address asks nothing", func(m *types.MsgCreateProvider) { m.HostUri = "https://provider.example/?a=b" }, types.ErrInvalidProfile},
		"Hyphen":      {"a label does not begin with a hyphen", func(m *types.MsgCreateProvider) { m.HostUri = "https://-provider.example" }, types.ErrInvalidProfile},
		"EmptyLabel":  {"nor is it empty", func(m *types.MsgCreateProvider) { m.HostUri = "https://provider..example" }, types.ErrInvalidProfile},
		"LongURI":     {"256 bytes are enough", func(m *types.MsgCreateProvider) { m.HostUri = "https://provider.example/" + strings.Repeat("a", 240) }, types.ErrInvalidProfile},
		"Website":     {"a website is an https address", func(m *types.MsgCreateProvider) { m.Website = "javascript:alert(1)" }, types.ErrInvalidProfile},
		"Email":       {"an e-mail is an address", func(m *types.MsgCreateProvider) { m.Email = "Sales <sales@provider.example>" }, types.ErrInvalidProfile},
		"Unsorted":    {"attributes are sorted", func(m *types.MsgCreateProvider) { m.Attributes[0].Key = "zone" }, types.ErrInvalidProfile},
		"KeyTwice":    {"a key is stated once", func(m *types.MsgCreateProvider) { m.Attributes[1].Key = "region" }, types.ErrInvalidProfile},
		"KeyCase":     {"keys are lower case", func(m *types.MsgCreateProvider) { m.Attributes[0].Key = "Region" }, types.ErrInvalidProfile},
		"NoValue":     {"a fact has a value", func(m *types.MsgCreateProvider) { m.Attributes[0].Value = "" }, types.ErrInvalidProfile},
		"HiddenValue": {"one that people can read", func(m *types.MsgCreateProvider) { m.Attributes[0].Value = "eu\x00west" }, types.ErrInvalidProfile},
		"ManyAttributes": {"64 facts are enough", func(m *types.MsgCreateProvider) {
			m.Attributes = nil
			for i := range types.MaxAttributes + 1 {
				m.Attributes = append(m.Attributes, types.Attribute{Key: strings.Repeat("a", i/26) + string(rune('a'+i%26)) + "x", Value: "1"})
			}
		}, types.ErrInvalidProfile},
		"NoBase":       {"a price list has a base", func(m *types.MsgCreateProvider) { m.PriceList.BasePerBlock = math.Int{} }, types.ErrInvalidProfile},
		"NegativeBase": {"of 0 or more", func(m *types.MsgCreateProvider) { m.PriceList.BasePerBlock = math.NewInt(-1) }, types.ErrInvalidProfile},
		"PerNothing":   {"a rate is per something", func(m *types.MsgCreateProvider) { m.PriceList.Metered[0].Per = math.ZeroInt() }, types.ErrInvalidProfile},
		"RateTwice": {"a component has one rate", func(m *types.MsgCreateProvider) {
			m.PriceList.Reserved = []resources.Rate{rate(resources.ComponentGPU, 1, 1), rate(resources.ComponentGPU, 1, 1)}
		}, types.ErrInvalidProfile},
		"NoComponent": {"and a name", func(m *types.MsgCreateProvider) { m.PriceList.Reserved = []resources.Rate{rate(0, 1, 1)} }, types.ErrInvalidProfile},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			msg := profile(alice)
			tc.change(msg)
			_, err := f.tx.CreateProvider(f.ctx, msg)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want != nil {
				return
			}
			_, err = f.tx.CreateProvider(f.ctx, msg)
			require.ErrorIs(t, err, types.ErrProviderExists)
			p, err := f.k.Get(f.ctx, alice)
			require.NoError(t, err)
			require.Equal(t, int64(7), p.CreatedHeight)
			require.NoError(t, f.k.AssertInvariants(f.ctx))
		})
	}
}

func TestUpdateAndDelete(t *testing.T) {
	f := newFixture(t)
	update := &types.MsgUpdateProvider{Owner: alice.String(), HostUri: "https://new.example", PriceList: types.PriceList{BasePerBlock: math.ZeroInt()},
		Attributes: []types.Attribute{{Key: "region", Value: "us-east"}}}
	_, err := f.tx.UpdateProvider(f.ctx, update)
	require.ErrorIs(t, err, types.ErrUnknownProvider)
	_, err = f.tx.CreateProvider(f.ctx, profile(alice))
	require.NoError(t, err)
	f.ctx = f.ctx.WithBlockHeight(9)
	_, err = f.tx.UpdateProvider(f.ctx, update)
	require.NoError(t, err)
	p, err := f.k.Get(f.ctx, alice)
	require.NoError(t, err)
	require.Equal(t, "https://new.example", p.HostUri)
	require.Equal(t, int64(7), p.CreatedHeight, "it is still as old")
	require.NoError(t, f.k.AssertInvariants(f.ctx), "old attributes left the index")

	remove := func() error {
		_, err := f.tx.DeleteProvider(f.ctx, &types.MsgDeleteProvider{Owner: alice.String()})
		return err
	}
	f.busy[alice.String()] = true
	require.ErrorIs(t, remove(), types.ErrProviderBusy)
	f.busy[alice.String()] = false
	require.NoError(t, remove())
	require.ErrorIs(t, remove(), types.ErrUnknownProvider)
	require.NoError(t, f.k.AssertInvariants(f.ctx))
}

func TestProvidersByAttribute(t *testing.T) {
	f := newFixture(t)
	for _, who := range []sdk.AccAddress{alice, bob} {
		_, err := f.tx.CreateProvider(f.ctx, profile(who))
		require.NoError(t, err)
	}
	_, err := f.tx.UpdateProvider(f.ctx, &types.MsgUpdateProvider{Owner: bob.String(), HostUri: "https://bob.example",
		PriceList: types.PriceList{BasePerBlock: math.ZeroInt()}, Attributes: []types.Attribute{{Key: "region", Value: "eu-west-2"}}})
	require.NoError(t, err)
	list := func(key, value string) (owners []string) {
		res, err := f.query.Providers(f.ctx, &types.QueryProvidersRequest{AttributeKey: key, AttributeValue: value})
		require.NoError(t, err)
		for _, p := range res.Providers {
			owners = append(owners, p.Owner)
		}
		return owners
	}
	require.Len(t, list("", ""), 2)
	require.Equal(t, []string{alice.String()}, list("region", "eu-west"), "not eu-west-2")
	require.Equal(t, []string{bob.String()}, list("region", "eu-west-2"))
	require.Empty(t, list("region", "eu"))
	_, err = f.query.Providers(f.ctx, &types.QueryProvidersRequest{AttributeKey: "region"})
	require.Error(t, err, "key and value go together")
	_, err = f.query.Provider(f.ctx, &types.QueryProviderRequest{Owner: person("nobody").String()})
	require.ErrorIs(t, err, types.ErrUnknownProvider)
}

// selfSigned returns a certificate of who, the same at every call.
func selfSigned(t *testing.T, who sdk.AccAddress, serial int64) []byte {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	c := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: who.String()}, NotBefore: now, NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(nil, c, c, key.Public(), key)
	require.NoError(t, err)
	return der
}

func TestCertificates(t *testing.T) {
	f := newFixture(t)
	publish := func(who sdk.AccAddress, der []byte) error {
		_, err := f.tx.PublishCertificate(f.ctx, &types.MsgPublishCertificate{Owner: who.String(), Der: der})
		return err
	}
	revoke := func(serial string) error {
		_, err := f.tx.RevokeCertificate(f.ctx, &types.MsgRevokeCertificate{Owner: alice.String(), Serial: serial})
		return err
	}
	der := selfSigned(t, alice, 77)
	require.ErrorIs(t, publish(bob, der), types.ErrInvalidCertificate, "alice's is not bob's")
	require.NoError(t, publish(alice, der), "a tenant may have one too: alice is no provider")
	require.ErrorIs(t, publish(alice, der), types.ErrCertificateExists)
	require.NoError(t, publish(alice, selfSigned(t, alice, 78)))
	require.NoError(t, revoke("77"))
	require.ErrorIs(t, revoke("77"), types.ErrCertificateRevoked)
	require.ErrorIs(t, revoke("79"), types.ErrUnknownCertificate)
	require.ErrorIs(t, publish(alice, der), types.ErrCertificateExists, "a revoked serial does not come back")
	list, err := f.query.Certificates(f.ctx, &types.QueryCertificatesRequest{Owner: alice.String()})
	require.NoError(t, err)
	require.Len(t, list.Certificates, 2)
	one, err := f.query.Certificate(f.ctx, &types.QueryCertificateRequest{Owner: alice.String(), Serial: "77"})
	require.NoError(t, err)
	require.True(t, one.Certificate.Revoked)

	f.ctx = f.ctx.WithBlockTime(now.Add(2 * time.Hour))
	require.ErrorIs(t, publish(alice, selfSigned(t, alice, 80)), types.ErrInvalidCertificate, "expired by the block's time")

	gs, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)
	fresh := newFixture(t)
	require.NoError(t, fresh.k.InitGenesis(fresh.ctx, *gs), "expired certificates are exported and imported too")
	again, err := fresh.k.ExportGenesis(fresh.ctx)
	require.NoError(t, err)
	require.Equal(t, gs, again)
	gs.Certificates[0].Serial = "1"
	require.ErrorIs(t, keeper.ValidateGenesis(*gs), types.ErrBrokenInvariant)
}

func TestGenesisOfProfiles(t *testing.T) {
	f := newFixture(t)
	_, err := f.tx.CreateProvider(f.ctx, profile(alice))
	require.NoError(t, err)
	gs, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)
	fresh := newFixture(t)
	require.NoError(t, fresh.k.InitGenesis(fresh.ctx, *gs))
	require.NoError(t, fresh.k.AssertInvariants(fresh.ctx))
	gs.Providers = append(gs.Providers, gs.Providers[0])
	require.ErrorIs(t, keeper.ValidateGenesis(*gs), types.ErrBrokenInvariant)
	gs.Providers = gs.Providers[:1]
	gs.Providers[0].HostUri = "http://provider.example"
	require.ErrorIs(t, keeper.ValidateGenesis(*gs), types.ErrInvalidProfile)
	_, err = keeper.New(nil, nil, nil, nil, nil)
	require.Error(t, err)
}
