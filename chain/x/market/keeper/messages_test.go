package keeper_test

import (
	"bytes"
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

func TestCreateOrder(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		funds  int64
		change func(*types.OrderSpec)
		want   error
	}{
		"OneBlockIsEnough": {"a deposit of one block at full use opens", 50, func(*types.OrderSpec) {}, nil},
		"OneShort":         {"one uve less is refused", 49, func(*types.OrderSpec) {}, types.ErrDepositTooLow},
		"Unaffordable":     {"nobody escrows what they have not", purse + 1, func(*types.OrderSpec) {}, errPoor},
		"ShortHash":        {"a hash is SHA-256", 1_000, func(s *types.OrderSpec) { s.ManifestHash = s.ManifestHash[:31] }, types.ErrInvalidOrder},
		"NoUnit":           {"an order wants something", 1_000, func(s *types.OrderSpec) { s.Units = nil }, types.ErrInvalidOrder},
		"Overflow": {"what cannot be counted cannot be ordered", 1_000, func(s *types.OrderSpec) {
			s.Units[0].Resources.MemoryBytes = 1 << 63
		}, types.ErrInvalidOrder},
		"NoAuction":    {"how the winner is found must be said", 1_000, func(s *types.OrderSpec) { s.Auction = 0 }, types.ErrInvalidOrder},
		"FreeOfCharge": {"a ceiling of nothing admits nobody", 1_000, func(s *types.OrderSpec) { s.MaxPrice = math.ZeroInt() }, types.ErrInvalidOrder},
		"LongWindow":   {"a window has an end", 1_000, func(s *types.OrderSpec) { s.WindowBlocks = 86_401 }, types.ErrInvalidOrder},
		"ControlName":  {"a name is text", 1_000, func(s *types.OrderSpec) { s.Name = "a\nb" }, types.ErrInvalidOrder},
		"ListedTwice": {"a list names each provider once", 1_000, func(s *types.OrderSpec) {
			s.Placement.Providers = []string{seller(0).String(), seller(0).String()}
		}, types.ErrInvalidOrder},
		"NotAnAddress": {"and by address", 1_000, func(s *types.OrderSpec) { s.Placement.Providers = []string{"somebody"} }, types.ErrInvalidOrder},
		"UnsortedAttributes": {"attributes are sorted", 1_000, func(s *types.OrderSpec) {
			s.Placement.Attributes = []provider.Attribute{{Key: "b", Value: "1"}, {Key: "a", Value: "1"}}
		}, types.ErrInvalidOrder},
		"ScoreGate": {"a gate nobody can check is refused", 1_000, func(s *types.OrderSpec) { s.Gate.MinIdentityScore = 1 }, types.ErrGateUnavailable},
		"MfaGate":   {"whichever it is", 1_000, func(s *types.OrderSpec) { s.Gate.RequireMfa = true }, types.ErrGateUnavailable},
		"RoleGate":  {"with the module's name", 1_000, func(s *types.OrderSpec) { s.Gate.RequireRole = "auditor" }, types.ErrGateUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 1)
			id, err := f.tryOrder(tc.funds, tc.change)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.Equal(t, uint64(1), id, "numbers begin at 1")
				require.Equal(t, int64(6), f.orderOf(id).ClosesHeight)
			}
			f.assertSound()
		})
	}
}

func TestAnOrderWithoutAWindowTakesTheDefault(t *testing.T) {
	f := newFixture(t, 1)
	id := f.order(func(s *types.OrderSpec) { s.WindowBlocks = 0 })
	require.Equal(t, uint32(5), f.orderOf(id).Spec.WindowBlocks)
}

func TestBulkOrdersAreAllOrNone(t *testing.T) {
	f := newFixture(t, 1)
	create := func(funds int64, specs ...types.OrderSpec) (ids []uint64, err error) {
		err = f.deliver(func(ctx sdk.Context) error {
			res, err := f.tx.CreateOrders(ctx, &types.MsgCreateOrders{Owner: tenant.String(), Specs: specs, Deposit: math.NewInt(funds)})
			if err == nil {
				ids = res.Ids
			}
			return err
		})
		return ids, err
	}
	bad := spec()
	bad.Units = nil
	_, err := create(1_000, spec(), bad)
	require.ErrorIs(t, err, types.ErrInvalidOrder)
	_, err = create(purse/2+1, spec(), spec())
	require.ErrorIs(t, err, errPoor, "the second cannot be paid")
	_, err = create(1_000)
	require.ErrorIs(t, err, types.ErrInvalidOrder, "nothing is no order")
	_, err = create(50, make([]types.OrderSpec, types.MaxOrdersPerBulk+1)...)
	require.ErrorIs(t, err, types.ErrTooManyOrders)
	require.Equal(t, int64(purse), f.uve(tenant), "nothing was escrowed")

	ids, err := create(1_000, spec(), spec(), spec())
	require.NoError(t, err)
	require.Equal(t, []uint64{1, 2, 3}, ids, "numbers without gaps")
	for _, id := range ids {
		require.Equal(t, uint64(1), f.orderOf(id).Batch)
	}
	require.Zero(t, f.orderOf(f.order()).Batch)
	f.assertSound()
}

func TestCreateBid(t *testing.T) {
	metered := func(perBlock int64, component resources.Component, p, per int64) types.Price {
		return types.Price{PerBlock: math.NewInt(perBlock), Metered: []resources.Rate{{Component: component, Price: math.NewInt(p), Per: math.NewInt(per)}}}
	}
	for name, tc := range map[string]struct {
		reason string
		who    sdk.AccAddress
		change func(*types.OrderSpec)
		price  types.Price
		want   error
	}{
		"AtTheCeiling":    {"a bid at the ceiling is taken", seller(0), nil, price(50), nil},
		"AboveTheCeiling": {"a price above the order's maximum is refused", seller(0), nil, price(51), types.ErrPriceAboveCeiling},
		// 1,000 milli-CPU for 1,000 ms are 1,000,000 milli-CPU milliseconds: 40 uve of use and 10 of rent.
		"MeteredAtTheCeiling": {"what full use costs counts", seller(0), nil, metered(10, resources.ComponentCPU, 40, 1_000_000), nil},
		"MeteredAbove":        {"a low rent does not hide a high rate", seller(0), nil, metered(10, resources.ComponentCPU, 41, 1_000_000), types.ErrPriceAboveCeiling},
		"UnknownComponent":    {"a rate is for something", seller(0), nil, metered(10, 99, 1, 1), types.ErrInvalidPrice},
		"PerNothing":          {"and for some amount of it", seller(0), nil, metered(10, resources.ComponentCPU, 1, 0), types.ErrInvalidPrice},
		"Negative":            {"a price is no gift", seller(0), nil, price(-1), types.ErrInvalidPrice},
		"NoPrice":             {"a price is said", seller(0), nil, types.Price{}, types.ErrInvalidPrice},
		"NoProvider":          {"only providers bid", stranger, nil, price(10), provider.ErrUnknownProvider},
		"OtherRegion": {"the placement's attributes are needed", seller(0), func(s *types.OrderSpec) {
			s.Placement.Attributes = []provider.Attribute{{Key: "region", Value: "us-east"}}
		}, price(10), types.ErrPlacement},
		"NotListed": {"a list excludes who is not on it", seller(0), func(s *types.OrderSpec) {
			s.Placement.Providers = []string{seller(1).String()}
		}, price(10), types.ErrPlacement},
		"Listed": {"and admits who is", seller(0), func(s *types.OrderSpec) {
			s.Placement.Providers = []string{seller(1).String(), seller(0).String()}
		}, price(10), nil},
		"TooLarge": {"a provider cannot bid what it has not", seller(0), func(s *types.OrderSpec) {
			s.Units[0].Resources.CpuMilli = 5_001
		}, price(10), resources.ErrNoCapacity},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 2)
			change := tc.change
			if change == nil {
				change = func(*types.OrderSpec) {}
			}
			require.ErrorIs(t, f.bidAt(f.order(change), tc.who, tc.price), tc.want, tc.reason)
			f.assertSound()
		})
	}
}

func TestATenantCannotServeItself(t *testing.T) {
	f := newFixture(t, 0)
	f.people = f.people[1:] // register funds the tenant again
	f.register(tenant)
	require.ErrorIs(t, f.bid(f.order(), tenant, 10), types.ErrSelfDealing)
}

func TestWhoCannotReceiveCoinsCannotBid(t *testing.T) {
	f := newFixture(t, 0)
	f.register(blocked)
	require.ErrorIs(t, f.bid(f.order(), blocked, 10), types.ErrUnauthorized, "its refund would block everybody's award")
}

func TestBidCapAdmitsExactlyMax(t *testing.T) {
	f := newFixture(t, 4)
	p, err := f.k.Params.Get(f.ctx)
	require.NoError(t, err)
	p.MaxBids = 3
	require.NoError(t, f.k.Params.Set(f.ctx, p))
	id := f.order()
	for i := range 3 {
		require.NoError(t, f.bid(id, seller(i), 10))
	}
	require.ErrorIs(t, f.bid(id, seller(3), 10), types.ErrTooManyBids, "three, not four")
	require.Equal(t, int64(purse), f.uve(seller(3)))
	require.NoError(t, f.withdraw(id, seller(0)))
	require.NoError(t, f.bid(id, seller(3), 10), "a place that became free is free")
	require.Equal(t, uint32(3), f.orderOf(id).Bids)
	f.assertSound()
}

func TestAWithdrawnBidIsRefundedAndGoesToTheEndOfTheQueue(t *testing.T) {
	f := newFixture(t, 2)
	id := f.order()
	require.NoError(t, f.bid(id, seller(0), 10))
	require.ErrorIs(t, f.bid(id, seller(0), 9), types.ErrBidExists)
	require.NoError(t, f.bid(id, seller(1), 10))
	require.NoError(t, f.withdraw(id, seller(0)))
	require.Equal(t, int64(purse), f.uve(seller(0)))
	require.ErrorIs(t, f.withdraw(id, seller(0)), types.ErrBidNotOpen)
	require.ErrorIs(t, f.withdraw(id, stranger), types.ErrUnknownBid)
	require.NoError(t, f.bid(id, seller(0), 10))
	f.endBlocks(6)
	require.Equal(t, seller(1).String(), f.lease(id).Provider)
	f.assertSound()
}

func TestCloseOrderRefundsEverybody(t *testing.T) {
	f := newFixture(t, 2)
	id := f.order()
	require.NoError(t, f.bid(id, seller(0), 10))
	require.NoError(t, f.bid(id, seller(1), 11))
	require.ErrorIs(t, f.closeOrder(id, stranger), types.ErrUnauthorized)
	require.NoError(t, f.closeOrder(id, tenant))
	for _, who := range f.people {
		require.Equal(t, int64(purse), f.uve(who))
	}
	require.Equal(t, types.ReasonTenant, f.orderOf(id).Reason)
	require.ErrorIs(t, f.closeOrder(id, tenant), types.ErrOrderNotOpen)
	require.ErrorIs(t, f.closeOrder(99, tenant), types.ErrUnknownOrder)
	f.endBlocks(10)
	f.assertSound()
}

func TestCloseLeaseReasons(t *testing.T) {
	for name, tc := range map[string]struct {
		reason   string
		who      sdk.AccAddress
		why, got types.Reason
		want     error
	}{
		"TenantSilent":    {"a tenant need not explain", tenant, types.ReasonUnspecified, types.ReasonTenant, nil},
		"Tenant":          {"and may say so", tenant, types.ReasonTenant, types.ReasonTenant, nil},
		"TenantBlames":    {"but cannot speak for the provider", tenant, types.ReasonUnstable, 0, types.ErrInvalidReason},
		"Provider":        {"a provider may leave", seller(0), types.ReasonProvider, types.ReasonProvider, nil},
		"NoManifest":      {"or say that no manifest came", seller(0), types.ReasonManifestTimeout, types.ReasonManifestTimeout, nil},
		"Unstable":        {"or that it does not keep running", seller(0), types.ReasonUnstable, types.ReasonUnstable, nil},
		"Failed":          {"or did not start", seller(0), types.ReasonProvisioningFailed, types.ReasonProvisioningFailed, nil},
		"ProviderSilent":  {"but must say why", seller(0), types.ReasonUnspecified, 0, types.ErrInvalidReason},
		"ProviderAsFunds": {"and cannot speak for escrow", seller(0), types.ReasonFundsExhausted, 0, types.ErrInvalidReason},
		"Unheard":         {"nor invent a reason", seller(0), types.Reason(99), 0, types.ErrInvalidReason},
		"Stranger":        {"others have no say", stranger, types.ReasonTenant, 0, types.ErrUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 1)
			id := f.leased()
			require.ErrorIs(t, f.closeLease(id, tc.who, tc.why), tc.want, tc.reason)
			if tc.want == nil {
				require.Equal(t, tc.got, f.lease(id).Reason, tc.reason)
				require.Equal(t, types.ReasonLeaseEnded, f.orderOf(id).Reason)
				require.ErrorIs(t, f.closeLease(id, tc.who, tc.why), types.ErrLeaseNotActive, "once")
			}
			f.assertSound()
		})
	}
}

// Whatever way an order or lease ends, its record says why.
func TestReasonOfClosureIsNeverUnknown(t *testing.T) {
	f := newFixture(t, 1)
	cancelled, unwanted, left, poor := f.order(), f.order(), f.order(), uint64(0)
	poor, err := f.tryOrder(50)
	require.NoError(t, err)
	require.NoError(t, f.closeOrder(cancelled, tenant))
	require.NoError(t, f.bid(left, seller(0), 10))
	require.NoError(t, f.bid(poor, seller(0), 10))
	f.endBlocks(6)
	require.NoError(t, f.closeLease(left, seller(0), types.ReasonUnstable))
	f.endBlocks(6)
	for id, want := range map[uint64]types.Reason{
		cancelled: types.ReasonTenant, unwanted: types.ReasonNoBids, left: types.ReasonLeaseEnded, poor: types.ReasonLeaseEnded,
	} {
		require.Equal(t, types.OrderClosed, f.orderOf(id).State)
		require.Equal(t, want, f.orderOf(id).Reason)
	}
	require.Equal(t, types.ReasonUnstable, f.lease(left).Reason)
	require.Equal(t, types.ReasonFundsExhausted, f.lease(poor).Reason)
	f.assertSound()
}

func TestCloseLeaseNeverRelists(t *testing.T) {
	f := newFixture(t, 1)
	id := f.leased()
	require.NoError(t, f.closeLease(id, seller(0), types.ReasonProvider))
	f.endBlocks(3)
	open, err := f.query.Orders(f.ctx, &types.QueryOrdersRequest{State: types.OrderOpen})
	require.NoError(t, err)
	require.Empty(t, open.Orders)
	next, err := f.k.NextOrder.Peek(f.ctx)
	require.NoError(t, err)
	require.Equal(t, id+1, next, "no order was made")
	f.assertSound()
}

// An escrow that refuses to settle stops the closing; the error is not dropped and nothing is half closed.
func TestSettleErrorsAreNotDropped(t *testing.T) {
	f := newFixture(t, 1)
	id := f.leased()
	f.escrow.fails["Stop 1"] = errPoor
	require.ErrorIs(t, f.closeLease(id, tenant, types.ReasonTenant), errPoor)
	require.Equal(t, types.LeaseActive, f.lease(id).State)
	f.assertSound()
}

func TestDeleteProviderWorks(t *testing.T) {
	f := newFixture(t, 1)
	remove := func() error {
		_, err := f.providers.DeleteProvider(f.ctx, &provider.MsgDeleteProvider{Owner: seller(0).String()})
		return err
	}
	id := f.leased()
	require.ErrorIs(t, remove(), provider.ErrProviderBusy)
	require.NoError(t, f.closeLease(id, tenant, types.ReasonTenant))
	require.NoError(t, remove())
	require.ErrorIs(t, remove(), provider.ErrUnknownProvider)
	f.assertSound()
}

func TestUpdateManifest(t *testing.T) {
	f := newFixture(t, 1)
	id := f.leased()
	update := func(who sdk.AccAddress, id uint64, hash []byte) error {
		_, err := f.tx.UpdateManifest(f.ctx, &types.MsgUpdateManifest{Owner: who.String(), Id: id, ManifestHash: hash})
		return err
	}
	hash := bytes.Repeat([]byte{7}, 32)
	require.ErrorIs(t, update(tenant, id, hash[:5]), types.ErrInvalidOrder)
	require.ErrorIs(t, update(tenant, 99, hash), types.ErrUnknownLease)
	require.ErrorIs(t, update(seller(0), id, hash), types.ErrUnauthorized)
	require.NoError(t, update(tenant, id, hash))
	require.Equal(t, hash, f.lease(id).ManifestHash)
	require.NoError(t, f.closeLease(id, tenant, types.ReasonTenant))
	require.ErrorIs(t, update(tenant, id, hash), types.ErrLeaseNotActive)
	f.assertSound()
}

func TestUpdateParams(t *testing.T) {
	f := newFixture(t, 1)
	id := f.order()
	require.NoError(t, f.bid(id, seller(0), 10))
	p := types.DefaultParams()
	update := func(who sdk.AccAddress) error {
		_, err := f.tx.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: who.String(), Params: p})
		return err
	}
	require.ErrorIs(t, update(stranger), types.ErrUnauthorized)
	p.MaxBids = 501
	require.ErrorIs(t, update(authority), types.ErrInvalidParams)
	p.MaxBids = 1
	require.NoError(t, update(authority))
	require.NoError(t, f.withdraw(id, seller(0)))
	require.Equal(t, int64(purse), f.uve(seller(0)), "a bid gets back what it locked, whatever the parameter says now")
	f.assertSound()
}
