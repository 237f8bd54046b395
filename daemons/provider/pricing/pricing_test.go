package pricing

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/x/market/auction"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
)

const gib = 1 << 30

func request(ceiling int64, kind markettypes.Auction) Request {
	return Request{
		Order:   markettypes.Order{Owner: "ve1tenant", Spec: markettypes.OrderSpec{MaxPrice: math.NewInt(ceiling), Auction: kind}},
		Held:    restypes.Resources{CpuMilli: 2000, MemoryBytes: 4 * gib, StorageBytes: 10 * gib},
		BlockMs: 6000,
	}
}

func TestTable(t *testing.T) {
	for name, tc := range map[string]struct {
		reason  string
		table   Table
		rent    int64
		metered []restypes.Rate
	}{
		"Base":     {"any lease costs the base", Table{BasePerBlock: "7"}, 7, nil},
		"RoundsUp": {"a part of a uve is a whole one", Table{BasePerBlock: "7.01"}, 8, nil},
		"Reserved": {"two cores at 600 uve an hour are 2 uve in 6 seconds", Table{Reserved: Rates{CPUCoreHour: "600"}}, 2, nil},
		"Memory":   {"four GiB at 150 an hour are 1 uve in 6 seconds", Table{Reserved: Rates{MemoryGiBHour: "150"}}, 1, nil},
		"Minimum":  {"the rent is never less", Table{BasePerBlock: "1", MinimumPerBlock: "5"}, 5, nil},
		"Margin":   {"a quarter on top", Table{BasePerBlock: "8", MarginPercent: 25}, 10, nil},
		"Metered": {"12.5 uve a core hour is exactly 1 uve per 288,000,000 milli-CPU milliseconds", Table{Metered: Rates{CPUCoreHour: "12.5"}}, 0,
			[]restypes.Rate{{Component: restypes.ComponentCPU, Price: math.NewInt(1), Per: math.NewInt(288_000_000)}}},
		"NoGPU": {"what the order does not hold has no rate", Table{BasePerBlock: "1", Metered: Rates{GPUHour: "100"}}, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := NewTable(tc.table)
			require.NoError(t, err)
			got, err := p.Price(request(1000, markettypes.AuctionOpen))
			require.NoError(t, err)
			require.Equal(t, math.NewInt(tc.rent).String(), got.PerBlock.String(), tc.reason)
			require.Equal(t, tc.metered, got.Metered, tc.reason)
		})
	}
}

func TestUnusableListsAreRefusedAtTheStart(t *testing.T) {
	for name, table := range map[string]Table{
		"Nothing":  {},
		"Negative": {BasePerBlock: "-1"},
		"Exponent": {BasePerBlock: "1e9"},
		"Fraction": {BasePerBlock: "1/3"},
		"Word":     {BasePerBlock: "1", Reserved: Rates{GPUHour: "cheap"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewTable(table)
			require.ErrorIs(t, err, ErrPriceList)
		})
	}
}

func TestExpressions(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, source string
		rent           int64
		err            error
	}{
		"Int":         {"integers stay exact", "10 + cpu_milli / 100", 30, nil},
		"Double":      {"a double is rounded up", "memory_gib * 0.3", 2, nil},
		"Choice":      {"an attribute decides", `attributes["region"] == "eu" ? 1 : 2`, 0, ErrExpression},
		"Owner":       {"a friend pays less", `owner == "ve1tenant" ? 1 : 100`, 1, nil},
		"Negative":    {"nobody is paid for ordering", "cpu_milli - 5000", 0, ErrExpression},
		"NotANumber":  {"no such price", "0.0 / 0.0", 0, ErrExpression},
		"DivideByNil": {"a failing expression is an error, not a price of zero", "1 / gpus", 0, ErrExpression},
		"TooCostly": {"an expression that runs too long is stopped", `[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c,
			[1,2,3,4,5,6,7,8,9,10].map(d, [1,2,3,4,5,6,7,8,9,10].map(e, a*b*c*d*e))))).size()`, 0, ErrExpression},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := NewExpressions(Expressions{PerBlock: tc.source})
			require.NoError(t, err)
			got, err := p.Price(request(1000, markettypes.AuctionOpen))
			require.ErrorIs(t, err, tc.err, tc.reason)
			if tc.err == nil {
				require.Equal(t, math.NewInt(tc.rent).String(), got.PerBlock.String(), tc.reason)
			}
		})
	}
}

func TestABadExpressionShowsWhereItIsBad(t *testing.T) {
	_, err := NewExpressions(Expressions{PerBlock: "10 +\n  cpus"})
	require.ErrorIs(t, err, ErrPriceList)
	require.ErrorContains(t, err, "2:3")
	_, err = NewExpressions(Expressions{PerBlock: `"free"`})
	require.ErrorContains(t, err, "per_block gives a string")
}

func TestOfferFitsTheAuction(t *testing.T) {
	p, err := NewTable(Table{BasePerBlock: "10", Metered: Rates{CPUCoreHour: "600"}}) // 10 + 2 at full use
	require.NoError(t, err)
	_, full, err := Offer(p, request(12, markettypes.AuctionOpen))
	require.NoError(t, err)
	require.Equal(t, "12", full.String())
	_, _, err = Offer(p, request(11, markettypes.AuctionOpen))
	require.ErrorIs(t, err, ErrAboveCeiling)
	price, full, err := Offer(p, request(20, markettypes.AuctionFixed))
	require.NoError(t, err)
	require.Equal(t, "20", full.String(), "a fixed price is exactly the order's")
	require.Equal(t, "18", price.PerBlock.String())
}

// TestNoOfferExceedsItsCeiling: what is offered is at most the ceiling by the chain's own formula, and exactly it where fixed.
func TestNoOfferExceedsItsCeiling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[0-9]{1,6}(\.[0-9]{1,6})?`)
		p, err := NewTable(Table{BasePerBlock: number.Draw(t, "base"), MinimumPerBlock: "1", MarginPercent: rapid.Uint32Range(0, 300).Draw(t, "margin"),
			Reserved: Rates{CPUCoreHour: number.Draw(t, "cpu")}, Metered: Rates{MemoryGiBHour: number.Draw(t, "memory"), StorageGiBHour: number.Draw(t, "storage")}})
		if err != nil {
			t.Fatal(err)
		}
		r := request(rapid.Int64Range(1, 1<<40).Draw(t, "ceiling"), rapid.SampledFrom([]markettypes.Auction{markettypes.AuctionOpen, markettypes.AuctionFixed}).Draw(t, "auction"))
		price, full, err := Offer(p, r)
		if err != nil {
			return
		}
		again, err := auction.FullPrice(price, r.Held, r.BlockMs)
		if err != nil || !again.Equal(full) || full.GT(r.Order.Spec.MaxPrice) || (r.Order.Spec.Auction == markettypes.AuctionFixed && !full.Equal(r.Order.Spec.MaxPrice)) {
			t.Fatalf("full %s, by the chain %s, ceiling %s: %v", full, again, r.Order.Spec.MaxPrice, err)
		}
	})
}
