package main

import (
	"crypto/sha256"
	"fmt"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	market "github.com/virtengine/virtengine/chain/x/market/types"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	settlement "github.com/virtengine/virtengine/chain/x/settlement/types"
)

const (
	rent        = 10            // uve per block of a seeded lease
	longFunds   = 1_000_000_000 // uve: no such lease runs dry while we measure
	bidDeposit  = 500_000       // uve
	lotsOfCoins = 1 << 60

	firstHeight = 20_000          // of a seeded house
	firstDry    = firstHeight + 2 // the first leases run dry here
)

// seed makes a house with open leases through genesis, which is quicker than messages. Of the leases, perBlock each run
// dry at every height from firstDry to firstDry + blocks - 1.
func seed(kind storetypes.StoreType, leases, perBlock, blocks int) (*house, error) {
	h, err := build(kind)
	if err != nil {
		return nil, err
	}
	marketState, escrowState, resourceState := market.DefaultGenesis(), escrow.DefaultGenesis(), &resources.GenesisState{}
	providers := &provider.GenesisState{}
	used := make([]resources.Resources, bidders)
	deposits := int64(0)
	for i := range leases {
		id, p := uint64(i+1), i%bidders
		funds := int64(longFunds)
		if height := i / max(perBlock, 1); perBlock > 0 && height < blocks {
			least := escrowState.Params.MinDeposit
			if !least.IsInt64() {
				return nil, fmt.Errorf("the least deposit is %s", least)
			}
			funds = least.Int64() - least.Int64()%rent
			// Settled so far back that the deposit is spent at the wanted height.
			escrowState.Accounts = append(escrowState.Accounts, account(id, funds, firstDry+int64(height)-funds/rent-1))
		} else {
			escrowState.Accounts = append(escrowState.Accounts, account(id, funds, firstHeight))
		}
		deposits += funds
		o, b, l := lease(id, seller(p))
		marketState.Orders, marketState.Bids, marketState.Leases = append(marketState.Orders, o), append(marketState.Bids, b), append(marketState.Leases, l)
		resourceState.Allocations = append(resourceState.Allocations, resources.Allocation{LeaseId: id, Provider: seller(p).String(), Resources: l.Resources})
		if used[p], err = amount.Add(used[p], l.Resources); err != nil {
			return nil, err
		}
	}
	marketState.NextOrder, marketState.NextBid = uint64(len(marketState.Orders))+1, uint64(len(marketState.Bids))+1
	for i := range bidders {
		who := seller(i).String()
		resourceState.Capacities = append(resourceState.Capacities, resources.Capacity{Provider: who, Total: resources.Resources{CpuMilli: 1 << 50, MemoryBytes: 1 << 60}, Used: used[i]})
		providers.Providers = append(providers.Providers, provider.Provider{
			Owner: who, HostUri: "https://provider.example", PriceList: provider.PriceList{BasePerBlock: uve(1)},
			Attributes: []provider.Attribute{{Key: "region", Value: "eu-west"}},
		})
		if err := h.mint(lotsOfCoins/16, seller(i), ""); err != nil {
			return nil, err
		}
	}
	if err := h.mint(lotsOfCoins/16, tenant, ""); err != nil {
		return nil, err
	}
	if leases > 0 {
		if err := h.mint(deposits, nil, escrow.ModuleName); err != nil {
			return nil, err
		}
		if err := h.mint(int64(leases)*bidDeposit, nil, market.ModuleName); err != nil {
			return nil, err
		}
	}
	for _, load := range []func() error{
		func() error { return h.resources.InitGenesis(h.ctx, *resourceState) },
		func() error { return h.providers.InitGenesis(h.ctx, *providers) },
		func() error { return h.escrow.InitGenesis(h.ctx, *escrowState) },
		func() error { return h.market.InitGenesis(h.ctx, *marketState) },
		func() error { return h.settlement.InitGenesis(h.ctx, *settlement.DefaultGenesis()) },
	} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	h.nextBlock()
	return h, nil
}

func account(id uint64, funds, settledHeight int64) escrow.Account {
	return escrow.Account{
		Id: id, Owner: tenant.String(), State: escrow.AccountActive, Rate: uve(rent), SettledHeight: settledHeight,
		Deposits: []escrow.Deposit{{Depositor: tenant.String(), Amount: uve(funds), Spent: uve(0), Refunded: uve(0)}},
		Accrued:  uve(0), Held: uve(0), Paid: uve(0), DrainHeight: settledHeight + funds/rent + 1,
	}
}

// spec asks for one core at 50 uve per block at most.
func spec() market.OrderSpec {
	hash := sha256.Sum256([]byte("manifest"))
	return market.OrderSpec{
		ManifestHash: hash[:], Auction: market.AuctionOpen, MaxPrice: uve(50), WindowBlocks: 1, Name: "web",
		Units: []resources.Unit{{Name: "web", Count: 2, Resources: resources.Resources{CpuMilli: 500, MemoryBytes: 1 << 30}}},
	}
}

func lease(id uint64, who sdk.AccAddress) (market.Order, market.Bid, market.Lease) {
	price := market.Price{PerBlock: uve(rent)}
	s := spec()
	return market.Order{Id: id, Owner: tenant.String(), Spec: s, State: market.OrderLeased, CreatedHeight: 1, ClosesHeight: 1},
		market.Bid{OrderId: id, Provider: who.String(), Sequence: id, Price: price, FullPrice: uve(rent), Deposit: uve(bidDeposit), State: market.BidWon, CreatedHeight: 1},
		market.Lease{
			Id: id, Owner: tenant.String(), Provider: who.String(), Price: price, ManifestHash: s.ManifestHash, State: market.LeaseActive,
			Resources: resources.Resources{CpuMilli: 1_000, MemoryBytes: 2 << 30}, CreatedHeight: 1, CreatedTime: began, Deposit: uve(bidDeposit),
		}
}
