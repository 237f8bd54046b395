package sim

import (
	"crypto/sha256"
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	escrowtypes "github.com/virtengine/virtengine/chain/x/escrow/types"
	marketkeeper "github.com/virtengine/virtengine/chain/x/market/keeper"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/security/safemath"
)

// nominalBlockMs is the market's parameter: what a block counts for when metered rates meet a ceiling per block.
const nominalBlockMs = 1_000

// marketMoves are the trade itself.
func (t *Traffic) marketMoves() []move {
	return []move{
		{"create order", 14, t.createOrder},
		{"create orders", 2, t.createOrders},
		{"close order", 2, t.closeOrder},
		{"create bid", 40, t.createBid},
		{"withdraw bid", 3, t.withdrawBid},
		{"update manifest", 2, t.updateManifest},
		{"close lease", 4, t.closeLease},
		{"deposit", 5, t.deposit},
		{"send", 3, t.send},
	}
}

func (t *Traffic) createOrder(sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.tenant()
	spec := t.orderSpec()
	return who, &markettypes.MsgCreateOrder{Owner: who.Address.String(), Spec: spec, Deposit: t.orderDeposit(spec)}, nil
}

func (t *Traffic) createOrders(sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.tenant()
	specs := []markettypes.OrderSpec{t.orderSpec(), t.orderSpec(), t.orderSpec()}
	return who, &markettypes.MsgCreateOrders{Owner: who.Address.String(), Specs: specs, Deposit: t.orderDeposit(specs...)}, nil
}

// orderDeposit lasts for five to sixty blocks of the dearest order, so that some run dry.
func (t *Traffic) orderDeposit(specs ...markettypes.OrderSpec) math.Int {
	most := math.ZeroInt()
	for _, s := range specs {
		most = math.MaxInt(most, s.MaxPrice)
	}
	if t.seldom(20) {
		return most.SubRaw(1) // not one block
	}
	return most.MulRaw(t.between(5, 60))
}

func (t *Traffic) orderSpec() markettypes.OrderSpec {
	spec := markettypes.OrderSpec{
		ManifestHash: t.hash(), Name: fmt.Sprintf("order-%d", t.count), Auction: markettypes.AuctionOpen,
		MaxPrice: math.NewInt(t.between(1_000, 50_000)), WindowBlocks: amount[uint32](t, 0, 6),
		Units: []resourcestypes.Unit{{
			Name: "web", Count: amount[uint32](t, 1, 3),
			Resources: resourcestypes.Resources{
				CpuMilli: amount[uint64](t, 100, 4_000), MemoryBytes: amount[uint64](t, 1, 16) * gib, Endpoints: 1,
				StorageBytes: amount[uint64](t, 1, 10) * gib,
			},
		}},
	}
	u := &spec.Units[0]
	u.Volumes = []resourcestypes.Volume{{Name: "data", Class: "default", Bytes: u.Resources.StorageBytes, Persistent: true}}
	if t.seldom(3) {
		spec.Auction = markettypes.AuctionFixed
	}
	if t.seldom(4) {
		spec.Placement.Attributes = []providertypes.Attribute{{Key: "region", Value: "eu-west"}}
	}
	if t.seldom(10) {
		u.Resources.Gpus = []resourcestypes.Gpu{{Vendor: "nvidia", Count: 1}}
	}
	if t.seldom(25) {
		spec.Gate.RequireMfa = true // nobody can check it yet
	}
	return spec
}

func (t *Traffic) createBid(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	orders, err := marketkeeper.NewQueryServer(t.app.Market.Market).Orders(ctx, &markettypes.QueryOrdersRequest{State: markettypes.OrderOpen, Pagination: page()})
	if err != nil || len(orders.Orders) == 0 {
		return nil, nil, err
	}
	order, who := one(t.rng, orders.Orders), t.provider()
	price := markettypes.Price{PerBlock: math.NewInt(t.upTo(1, order.Spec.MaxPrice))}
	switch {
	case order.Spec.Auction == markettypes.AuctionFixed:
		price.PerBlock = order.Spec.MaxPrice
	case t.seldom(15):
		price.PerBlock = order.Spec.MaxPrice.AddRaw(1) // above the ceiling
	default:
		price = t.metered(order, price)
	}
	return who, &markettypes.MsgCreateBid{Provider: who.Address.String(), OrderId: order.Id, Price: price}, nil
}

// metered gives half of a price to processor time: what is left per block, and a rate that fills it at full use.
func (t *Traffic) metered(order markettypes.Order, price markettypes.Price) markettypes.Price {
	var milli int64
	for _, u := range order.Spec.Units {
		milli += int64(u.Count) * safemath.Clamp[int64](u.Resources.CpuMilli)
	}
	half := price.PerBlock.QuoRaw(2)
	if t.seldom(2) || half.IsZero() {
		return price
	}
	price.PerBlock = price.PerBlock.Sub(half)
	price.Metered = []resourcestypes.Rate{{Component: resourcestypes.ComponentCPU, Price: half, Per: math.NewInt(milli * nominalBlockMs)}}
	return price
}

func (t *Traffic) closeOrder(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.tenant()
	orders, err := marketkeeper.NewQueryServer(t.app.Market.Market).Orders(ctx, &markettypes.QueryOrdersRequest{Owner: who.Address.String(), State: markettypes.OrderOpen, Pagination: page()})
	if err != nil || len(orders.Orders) == 0 {
		return nil, nil, err
	}
	return who, &markettypes.MsgCloseOrder{Owner: who.Address.String(), Id: one(t.rng, orders.Orders).Id}, nil
}

func (t *Traffic) withdrawBid(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.provider()
	bids, err := marketkeeper.NewQueryServer(t.app.Market.Market).ProviderBids(ctx, &markettypes.QueryProviderBidsRequest{Provider: who.Address.String(), State: markettypes.BidOpen, Pagination: page()})
	if err != nil || len(bids.Bids) == 0 {
		return nil, nil, err
	}
	return who, &markettypes.MsgWithdrawBid{Provider: who.Address.String(), OrderId: one(t.rng, bids.Bids).OrderId}, nil
}

func (t *Traffic) updateManifest(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.tenant()
	leases, err := t.leases(ctx, &markettypes.QueryLeasesRequest{Owner: who.Address.String(), State: markettypes.LeaseActive})
	if err != nil || len(leases) == 0 {
		return nil, nil, err
	}
	return who, &markettypes.MsgUpdateManifest{Owner: who.Address.String(), Id: one(t.rng, leases).Id, ManifestHash: t.hash()}, nil
}

// closeLease is done by the tenant, the provider, or seldom by somebody who may not.
func (t *Traffic) closeLease(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	seller := t.provider()
	leases, err := t.leases(ctx, &markettypes.QueryLeasesRequest{Provider: seller.Address.String(), State: markettypes.LeaseActive})
	if err != nil || len(leases) == 0 {
		return nil, nil, err
	}
	lease := one(t.rng, leases)
	msg := &markettypes.MsgCloseLease{Sender: seller.Address.String(), Id: lease.Id, Reason: markettypes.ReasonUnstable}
	who := seller
	switch {
	case t.seldom(10):
		who = t.Cast.Moderator
	case t.seldom(2):
		who = t.Cast.by(lease.Owner)
		msg.Reason = markettypes.ReasonTenant
	}
	msg.Sender = who.Address.String()
	return who, msg, nil
}

// deposit is made by anybody for anybody.
func (t *Traffic) deposit(ctx sdk.Context) (*Actor, sdk.Msg, error) {
	seller := t.provider()
	leases, err := t.leases(ctx, &markettypes.QueryLeasesRequest{Provider: seller.Address.String(), State: markettypes.LeaseActive})
	if err != nil || len(leases) == 0 {
		return nil, nil, err
	}
	who := t.tenant()
	return who, &escrowtypes.MsgDeposit{Depositor: who.Address.String(), Id: one(t.rng, leases).Id, Amount: math.NewInt(t.between(5_000, 500_000))}, nil
}

func (t *Traffic) send(sdk.Context) (*Actor, sdk.Msg, error) {
	who := t.tenant()
	to := t.provider().Address
	if t.seldom(5) {
		to = t.app.ModuleAddress(escrowtypes.ModuleName) // nobody may send there
	}
	return who, banktypes.NewMsgSend(who.Address, to, coins(t.between(1, 1_000))), nil
}

func (t *Traffic) leases(ctx sdk.Context, req *markettypes.QueryLeasesRequest) ([]markettypes.Lease, error) {
	req.Pagination = page()
	res, err := marketkeeper.NewQueryServer(t.app.Market.Market).Leases(ctx, req)
	if err != nil {
		return nil, err
	}
	return res.Leases, nil
}

func (t *Traffic) hash() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "manifest %d", t.rng.Uint64()))
	return sum[:]
}

func page() *query.PageRequest { return &query.PageRequest{Limit: 50} }
