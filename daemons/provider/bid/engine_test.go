package bid

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chaintest"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/inventory"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const gib = 1 << 30

type fixture struct {
	t      testing.TB
	chain  *chaintest.Chain
	clock  clock.Clock
	store  *store.Store
	box    *outbox.Outbox
	ledger *inventory.Ledger
	engine *Engine
	sent   func() // called when a bid is handed to the chain
}

type sender struct{ f *fixture }

func (s sender) Send(ctx context.Context, msgs ...sdk.Msg) error {
	if s.f.sent != nil {
		s.f.sent()
	}
	return s.f.chain.Send(ctx, msgs...)
}

func newFixture(t testing.TB, c clock.Clock, limits Limits, nodes ...backend.Node) *fixture {
	f := &fixture{t: t, chain: chaintest.New(c.Now()), clock: c}
	var err error
	f.store, err = store.Open(store.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.store.Close()) })
	log := slog.New(slog.DiscardHandler)
	f.box, err = outbox.New(outbox.Options{Store: f.store, Clock: c, Log: log, Boot: "a", Metrics: prometheus.NewRegistry()})
	require.NoError(t, err)
	f.ledger, err = inventory.Open(f.store, inventory.Overcommit{CPU: 100, Memory: 100, Storage: 100})
	require.NoError(t, err)
	pricer, err := pricing.NewTable(pricing.Table{BasePerBlock: "10"})
	require.NoError(t, err)
	f.engine, err = New(Options{Store: f.store, Outbox: f.box, Ledger: f.ledger, Chain: f.chain, Sender: sender{f}, Pricer: pricer, Clock: c, Log: log, Limits: limits,
		Metrics: prometheus.NewRegistry(), Adopt: func(*store.Tx, uint64, outbox.Source) error { return nil }})
	require.NoError(t, err)
	_, err = f.box.Open()
	require.NoError(t, err)
	require.NoError(t, f.store.Update(func(tx *store.Tx) error {
		_, err := f.ledger.Refresh(tx, backend.Inventory{Nodes: nodes})
		return err
	}))
	return f
}

func spec() markettypes.OrderSpec {
	return markettypes.OrderSpec{MaxPrice: math.NewInt(100), Auction: markettypes.AuctionOpen, WindowBlocks: 10,
		Units: []restypes.Unit{{Name: "web", Count: 1, Resources: restypes.Resources{CpuMilli: 1000, MemoryBytes: gib}}}}
}

func (f *fixture) see(id uint64) Record {
	require.NoError(f.t, f.store.Update(func(tx *store.Tx) error { return f.engine.Created(tx, id, outbox.Source{Height: 1}) }))
	_, err := f.box.RunDue(context.Background())
	require.NoError(f.t, err)
	r, err := f.engine.Get(id)
	require.NoError(f.t, err)
	return r
}

var node = backend.Node{Name: "n", CPUMilli: 4000, MemoryBytes: 8 * gib, StorageBytes: 100 * gib}

// TestEveryRefusalHasItsReason: one order per reason, and bid explain says the same as the decision.
func TestEveryRefusalHasItsReason(t *testing.T) {
	for name, tc := range map[string]struct {
		why    string
		limits Limits
		spec   func(s *markettypes.OrderSpec)
		chain  func(c *chaintest.Chain)
		want   Reason
	}{
		"Suits":       {"nothing speaks against it", Limits{}, nil, nil, ""},
		"Own":         {"a tenant cannot serve itself", Limits{}, nil, func(c *chaintest.Chain) { c.Owner.Owner = chaintest.Tenant }, OwnOrder},
		"Window":      {"there is no time left to bid", Limits{MinWindow: 50}, nil, nil, WindowShort},
		"Gate":        {"what our account can prove is not known here", Limits{}, func(s *markettypes.OrderSpec) { s.Gate.RequireMfa = true }, nil, Gated},
		"GateTried":   {"the operator lets the chain decide", Limits{Gated: true}, func(s *markettypes.OrderSpec) { s.Gate.RequireMfa = true }, nil, ""},
		"NotListed":   {"others were named", Limits{}, func(s *markettypes.OrderSpec) { s.Placement.Providers = []string{"ve1other"} }, nil, NotListed},
		"Listed":      {"we were named", Limits{}, func(s *markettypes.OrderSpec) { s.Placement.Providers = []string{"ve1other", chaintest.Provider} }, nil, ""},
		"Attribute":   {"our profile says another region", Limits{}, region("us"), profile("eu"), Attributes},
		"AttributeOK": {"our profile says so", Limits{}, region("eu"), profile("eu"), ""},
		"Class":       {"no such storage here", Limits{StorageClasses: []string{"default"}}, volume("nvme"), nil, KindMissing},
		"ClassOK":     {"there is", Limits{StorageClasses: []string{"default", "nvme"}}, volume("nvme"), nil, ""},
		"Blocked":     {"the tenant is not served", Limits{BlockedTenants: []string{chaintest.Tenant}}, nil, nil, TenantRefused},
		"NotAllowed":  {"only others are served", Limits{AllowedTenants: []string{"ve1friend"}}, nil, nil, TenantRefused},
		"Deposit":     {"too much would be locked", Limits{TotalDeposit: math.NewInt(99)}, nil, nil, DepositLimit},
		"Capacity":    {"five cores fit nowhere", Limits{}, func(s *markettypes.OrderSpec) { s.Units[0].Resources.CpuMilli = 5000 }, nil, NoCapacity},
		"Ceiling":     {"the order pays nine, we ask ten", Limits{}, func(s *markettypes.OrderSpec) { s.MaxPrice = math.NewInt(9) }, nil, AboveCeiling},
		"Balance":     {"the deposit would leave nothing for gas", Limits{KeepBalance: math.NewInt(1_000_000)}, nil, nil, NoFunds},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, clock.NewManual(time.Unix(1_700_000_000, 0)), tc.limits, node)
			if tc.chain != nil {
				tc.chain(f.chain)
			}
			s := spec()
			if tc.spec != nil {
				tc.spec(&s)
			}
			id := f.chain.CreateOrder(s, 1000)
			before, err := f.engine.Explain(t.Context(), id)
			require.NoError(t, err)
			r := f.see(id)
			require.Equal(t, tc.want, r.Reason, "%s: %s", tc.why, r.Detail)
			require.Equal(t, tc.want == "", before.Bids)
			if tc.want == "" {
				require.Equal(t, Open, r.State)
				return
			}
			require.Equal(t, Skipped, r.State)
			first := slices.IndexFunc(before.Steps, func(s Step) bool { return !s.OK })
			require.Equal(t, tc.want, before.Steps[first].Reason, "explain agrees")
			require.NotEmpty(t, r.Detail, "the figures are told")
			require.Empty(t, f.ledger.Orders(), "no room is held for it")
		})
	}
}

func region(v string) func(s *markettypes.OrderSpec) {
	return func(s *markettypes.OrderSpec) {
		s.Placement.Attributes = []provtypes.Attribute{{Key: "region", Value: v}}
	}
}

func profile(v string) func(c *chaintest.Chain) {
	return func(c *chaintest.Chain) { c.Owner.Attributes = []provtypes.Attribute{{Key: "region", Value: v}} }
}

func volume(class string) func(s *markettypes.OrderSpec) {
	return func(s *markettypes.OrderSpec) {
		s.Units[0].Resources.StorageBytes = gib
		s.Units[0].Volumes = []restypes.Volume{{Name: "data", Class: class, Bytes: gib}}
	}
}

// Exactly max bids are admitted, not max+1.
func TestTheLimitOfOpenBidsIsExact(t *testing.T) {
	for name, limits := range map[string]Limits{"All": {OpenBids: 2}, "Tenant": {PerTenant: 2}, "Deposit": {TotalDeposit: math.NewInt(299)}} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, clock.NewManual(time.Unix(1_700_000_000, 0)), limits, node)
			open := 0
			for range 4 {
				if f.see(f.chain.CreateOrder(spec(), 1000)).State == Open {
					open++
				}
			}
			require.Equal(t, 2, open)
		})
	}
}

func TestAFixedOrderIsBidAtItsPrice(t *testing.T) {
	f := newFixture(t, clock.NewManual(time.Unix(1_700_000_000, 0)), Limits{}, node)
	s := spec()
	s.Auction = markettypes.AuctionFixed
	r := f.see(f.chain.CreateOrder(s, 1000))
	require.Equal(t, Open, r.State, r.Detail)
	require.Equal(t, "100", r.FullPrice.String())
}

// 500 orders at once: never oversold, and every one decided.
func TestFiveHundredOrdersAtOnce(t *testing.T) {
	f := newFixture(t, clock.System{}, Limits{}, backend.Node{Name: "n", CPUMilli: 100_000, MemoryBytes: 1000 * gib})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.box.Run(ctx) }()
	var ids []uint64
	for range 500 {
		ids = append(ids, f.chain.CreateOrder(spec(), 1000))
	}
	require.NoError(t, f.store.Update(func(tx *store.Tx) error {
		for _, id := range ids {
			if err := f.engine.Created(tx, id, outbox.Source{Height: 1}); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Eventually(t, func() bool { return f.box.Depth() == 0 }, 20*time.Second, 5*time.Millisecond)
	stop()
	require.NoError(t, <-ended)
	require.EqualValues(t, 100, f.engine.OpenBids(), "a hundred cores, a hundred bids")
	for _, id := range ids {
		r, err := f.engine.Get(id)
		require.NoError(t, err)
		require.Contains(t, []State{Open, Skipped}, r.State)
	}
}

// BenchmarkOrderSeenToBid measures from a block's event to the bid handed to the signer, with many orders open. Deciding does not
// look at other orders, so the number of open ones must not show.
func BenchmarkOrderSeenToBid(b *testing.B) {
	for _, open := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			f := newFixture(b, clock.System{}, Limits{}, backend.Node{Name: "n", CPUMilli: 1 << 50, MemoryBytes: 1 << 60, StorageBytes: 1 << 60})
			f.chain.Params.BidDeposit = math.ZeroInt()
			handed := make(chan time.Time, 64)
			f.sent = func() { handed <- time.Now() }
			ctx, stop := context.WithCancel(b.Context())
			ended := make(chan error, 1)
			go func() { ended <- f.box.Run(ctx) }()
			see := func() time.Duration {
				id := f.chain.CreateOrder(spec(), 1000)
				began := time.Now()
				err := f.store.Update(func(tx *store.Tx) error { return f.engine.Created(tx, id, outbox.Source{Height: 1}) })
				if err != nil {
					b.Fatal(err)
				}
				return (<-handed).Sub(began)
			}
			for range open {
				see()
			}
			took := make([]time.Duration, 0, b.N)
			b.ResetTimer()
			for range b.N {
				took = append(took, see())
			}
			b.StopTimer()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*90/100].Microseconds()), "p90-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
			stop()
			if err := <-ended; err != nil {
				b.Fatal(err)
			}
		})
	}
}
