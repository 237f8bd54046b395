package sim

import (
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

const gib = 1 << 30

// providerMoves are what providers do before anybody orders.
func (t *Traffic) providerMoves() []move {
	return []move{
		{"create provider", 3, t.createProvider},
		{"update provider", 1, t.updateProvider},
		{"delete provider", 1, t.deleteProvider},
		{"set capacity", 3, t.setCapacity},
	}
}

func (t *Traffic) createProvider(sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.provider()
	return who, &providertypes.MsgCreateProvider{
		Owner: who.Address.String(), HostUri: fmt.Sprintf("https://provider%d.example:8443", who.number),
		Attributes: t.attributes(), PriceList: t.priceList(),
	}, nil
}

func (t *Traffic) updateProvider(sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.provider()
	return who, &providertypes.MsgUpdateProvider{
		Owner: who.Address.String(), HostUri: fmt.Sprintf("https://provider%d.example", who.number),
		Attributes: t.attributes(), PriceList: t.priceList(),
	}, nil
}

// deleteProvider is done by somebody without leases, and seldom by somebody with some.
func (t *Traffic) deleteProvider(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.provider()
	busy, err := t.app.Market.Resources.HasAllocations(ctx, who.Address)
	if err != nil || busy && !t.seldom(4) {
		return nil, nil, err
	}
	return who, &providertypes.MsgDeleteProvider{Owner: who.Address.String()}, nil
}

// setCapacity states enough for some orders, and now and then less than is leased.
func (t *Traffic) setCapacity(sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.provider()
	total := resourcestypes.Resources{
		CpuMilli: amount[uint64](t, 32_000, 256_000), MemoryBytes: amount[uint64](t, 64, 512) * gib,
		StorageBytes: amount[uint64](t, 500, 4_000) * gib, Endpoints: 1_000,
	}
	if t.seldom(10) {
		total.CpuMilli = 100
	}
	if t.seldom(2) {
		total.Gpus = []resourcestypes.Gpu{{Vendor: "nvidia", Model: "a100", Count: amount[uint32](t, 1, 8)}}
	}
	return who, &resourcestypes.MsgSetCapacity{Provider: who.Address.String(), Total: total}, nil
}

func (t *Traffic) attributes() []providertypes.Attribute {
	return []providertypes.Attribute{{Key: "region", Value: one(t.rng, []string{"eu-west", "us-east"})}}
}

func (t *Traffic) priceList() providertypes.PriceList {
	return providertypes.PriceList{BasePerBlock: math.NewInt(t.between(1, 100))}
}
