package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"cosmossdk.io/math"
	"github.com/prometheus/client_golang/prometheus"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"

	market "github.com/virtengine/virtengine/chain/x/market/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/bid"
	"github.com/virtengine/virtengine/daemons/provider/chaintest"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/inventory"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
	"github.com/virtengine/virtengine/daemons/provider/store"
	"github.com/virtengine/virtengine/security/paths"
)

// limit is what a signed bid may take from its order's event, at the 99th of a hundred.
const limit = 5 * time.Millisecond

// signer signs each bid as a transaction, tells when, and hands it to the chain in memory.
type signer struct {
	chain  *chaintest.Chain
	key    *secp256k1.PrivKey
	signed chan time.Time
}

func (s *signer) Send(ctx context.Context, msgs ...sdk.Msg) error {
	var body txtypes.TxBody
	for _, m := range msgs {
		packed, err := codectypes.NewAnyWithValue(m)
		if err != nil {
			return err
		}
		body.Messages = append(body.Messages, packed)
	}
	raw, err := body.Marshal()
	if err != nil {
		return err
	}
	doc := txtypes.SignDoc{BodyBytes: raw, ChainId: chaintest.ID}
	toSign, err := doc.Marshal()
	if err != nil {
		return err
	}
	if _, err := s.key.Sign(toSign); err != nil {
		return err
	}
	s.signed <- time.Now()
	return s.chain.Send(ctx, msgs...)
}

// bidLatency measures from a block's event to the signed bid, through the daemon's own store, ledger, pricing and outbox.
func bidLatency(ctx context.Context, s session) (figures []figure, err error) {
	open, rounds := 10_000, 3_000
	if s.quick {
		open, rounds = 500, 300
	}
	dir, err := paths.Temp(os.TempDir(), "bench-bid-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	state, err := store.Open(store.Options{Dir: dir.Path()})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, state.Close()) }()
	box, engine, sender, err := bidder(state)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	defer func() {
		stop()
		if stopped := <-ended; !errors.Is(stopped, context.Canceled) {
			err = errors.Join(err, stopped)
		}
	}()
	see := func() (time.Duration, error) {
		id := sender.chain.CreateOrder(oneCore(), 1_000)
		start := time.Now()
		if err := state.Update(func(tx *store.Tx) error { return engine.Created(tx, id, outbox.Source{Height: 1}) }); err != nil {
			return 0, err
		}
		select {
		case at := <-sender.signed:
			return at.Sub(start), nil
		case <-time.After(30 * time.Second):
			return 0, fmt.Errorf("no bid for order %d within 30 seconds", id)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	for range open {
		if _, err := see(); err != nil {
			return nil, err
		}
	}
	took := make([]time.Duration, rounds)
	if err := s.measured(func() error {
		for i := range took {
			if took[i], err = see(); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	s.say("with %d open orders: p50 %s, p90 %s, p99 %s", open, quantile(took, 50), quantile(took, 90), quantile(took, 99))
	return []figure{{
		name: "order seen to signed bid, p99", ours: quantile(took, 99), base: limit, of: "the limit", goal: 1, slack: slackOfLimit, peers: "Akash's price script alone takes 424 ms",
	}}, nil
}

// bidder wires the parts that decide on a bid.
func bidder(state *store.Store) (*outbox.Outbox, *bid.Engine, *signer, error) {
	c, log := clock.System{}, slog.New(slog.DiscardHandler)
	s := &signer{chain: chaintest.New(c.Now()), key: secp256k1.GenPrivKey(), signed: make(chan time.Time, 64)}
	s.chain.Params.BidDeposit = math.ZeroInt()
	box, err := outbox.New(outbox.Options{Store: state, Clock: c, Log: log, Boot: "bench", Metrics: prometheus.NewRegistry()})
	if err != nil {
		return nil, nil, nil, err
	}
	ledger, err := inventory.Open(state, inventory.Overcommit{CPU: 100, Memory: 100, Storage: 100})
	if err != nil {
		return nil, nil, nil, err
	}
	pricer, err := pricing.NewTable(pricing.Table{BasePerBlock: "10"})
	if err != nil {
		return nil, nil, nil, err
	}
	engine, err := bid.New(bid.Options{
		Store: state, Outbox: box, Ledger: ledger, Chain: s.chain, Sender: s, Pricer: pricer, Clock: c, Log: log,
		Metrics: prometheus.NewRegistry(), Adopt: func(*store.Tx, uint64, outbox.Source) error { return nil },
	})
	if err != nil {
		return nil, nil, nil, err
	}
	if _, err := box.Open(); err != nil {
		return nil, nil, nil, err
	}
	return box, engine, s, state.Update(func(tx *store.Tx) error {
		_, err := ledger.Refresh(tx, backend.Inventory{Nodes: []backend.Node{{Name: "n", CPUMilli: 1 << 50, MemoryBytes: 1 << 60, StorageBytes: 1 << 60}}})
		return err
	})
}

func oneCore() market.OrderSpec {
	return market.OrderSpec{
		MaxPrice: uve(100), Auction: market.AuctionOpen, WindowBlocks: 10,
		Units: []resources.Unit{{Name: "web", Count: 1, Resources: resources.Resources{CpuMilli: 1_000, MemoryBytes: 1 << 30}}},
	}
}
