package auction_test

import (
	"math/big"
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/x/market/auction"
	"github.com/virtengine/virtengine/chain/x/market/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

func rate(c resources.Component, price, per int64) resources.Rate {
	return resources.Rate{Component: c, Price: math.NewInt(price), Per: math.NewInt(per)}
}

func TestFullPrice(t *testing.T) {
	held := resources.Resources{CpuMilli: 1_500, MemoryBytes: 1 << 30, StorageBytes: 10 << 30,
		Gpus: []resources.Gpu{{Vendor: "amd", Model: "mi300", Count: 1}, {Vendor: "nvidia", Model: "a100", Count: 2}}}
	for name, tc := range map[string]struct {
		reason  string
		blockMs uint64
		rent    int64
		metered []resources.Rate
		want    int64
	}{
		"Rent":    {"rent alone is itself", 6_000, 7, nil, 7},
		"Core":    {"1.5 cores for 6 s at 1,000 uve a core-second", 6_000, 0, []resources.Rate{rate(resources.ComponentCPU, 1_000, 1_000_000)}, 9_000},
		"Memory":  {"a GiB for 6 s at 5 uve a GiB-second", 6_000, 0, []resources.Rate{rate(resources.ComponentMemory, 5, 1<<30)}, 30},
		"Storage": {"ten GiB for half a second at 1 uve a GiB-second", 500, 0, []resources.Rate{rate(resources.ComponentStorage, 1, 1<<30)}, 5},
		"GPU":     {"three GPUs of two kinds for 2 s at 1 uve a second", 2_000, 0, []resources.Rate{rate(resources.ComponentGPU, 1, 1_000)}, 6},
		"Up":      {"less than one uve counts as one", 1, 0, []resources.Rate{rate(resources.ComponentGPU, 1, 1_000_000)}, 1},
		"EachUp":  {"each rate is rounded by itself", 1, 3, []resources.Rate{rate(resources.ComponentMemory, 1, 1<<60), rate(resources.ComponentGPU, 1, 1_000_000)}, 5},
		"Free":    {"a rate of nothing costs nothing", 6_000, 3, []resources.Rate{rate(resources.ComponentCPU, 0, 1)}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := auction.FullPrice(types.Price{PerBlock: math.NewInt(tc.rent), Metered: tc.metered}, held, tc.blockMs)
			require.NoError(t, err)
			require.Equal(t, tc.want, got.Int64(), tc.reason)
		})
	}
	_, err := auction.FullPrice(types.Price{PerBlock: math.ZeroInt(), Metered: []resources.Rate{rate(9, 1, 1)}}, held, 1)
	require.ErrorIs(t, err, types.ErrInvalidPrice)
	_, err = auction.FullPrice(types.Price{PerBlock: math.ZeroInt(), Metered: []resources.Rate{rate(resources.ComponentCPU, 1, 0)}}, held, 1)
	require.ErrorIs(t, err, types.ErrInvalidPrice)
}

var largest = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 96), big.NewInt(1))

func TestTheLargestPriceIsRefusedNotPanicked(t *testing.T) {
	most := math.NewIntFromBigInt(largest)
	price := types.Price{PerBlock: most, Metered: []resources.Rate{{Component: resources.ComponentCPU, Price: most, Per: math.OneInt()}}}
	_, err := auction.FullPrice(price, resources.Resources{CpuMilli: 1<<64 - 1}, 1<<64-1)
	require.NoError(t, err, "64 + 64 + 96 bits fit")
	price.Metered[0].Price = math.NewIntFromBigInt(new(big.Int).Lsh(big.NewInt(1), 200))
	_, err = auction.FullPrice(price, resources.Resources{CpuMilli: 1<<64 - 1}, 1<<64-1)
	require.ErrorIs(t, err, types.ErrInvalidPrice)
}

// The price at full use is never below the exact sum and less than one uve per rate above it.
func TestFullPriceRoundsUpByLessThanOnePerRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		held := resources.Resources{CpuMilli: rapid.Uint64().Draw(t, "cpu"), MemoryBytes: rapid.Uint64().Draw(t, "memory")}
		blockMs := rapid.Uint64Range(1, 3_600_000).Draw(t, "ms")
		rent := rapid.Int64Range(0, 1<<62).Draw(t, "rent")
		cpu := rate(resources.ComponentCPU, rapid.Int64Range(0, 1<<62).Draw(t, "cpu price"), rapid.Int64Range(1, 1<<62).Draw(t, "cpu per"))
		mem := rate(resources.ComponentMemory, rapid.Int64Range(0, 1<<62).Draw(t, "mem price"), rapid.Int64Range(1, 1<<62).Draw(t, "mem per"))
		got, err := auction.FullPrice(types.Price{PerBlock: math.NewInt(rent), Metered: []resources.Rate{cpu, mem}}, held, blockMs)
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat).SetInt64(rent)
		for _, part := range []struct {
			used uint64
			r    resources.Rate
			div  int64
		}{{held.CpuMilli, cpu, 1}, {held.MemoryBytes, mem, 1_000}} {
			n := new(big.Int).Mul(new(big.Int).SetUint64(part.used), new(big.Int).SetUint64(blockMs))
			n.Mul(n, part.r.Price.BigInt())
			exact.Add(exact, new(big.Rat).SetFrac(n, new(big.Int).Mul(part.r.Per.BigInt(), big.NewInt(part.div))))
		}
		over := new(big.Rat).Sub(new(big.Rat).SetInt(got.BigInt()), exact)
		if over.Sign() < 0 || over.Cmp(big.NewRat(2, 1)) >= 0 {
			t.Fatalf("full price %s is %s above the exact %s", got, over, exact)
		}
	})
}

// However the bids lie, the same one comes first: nobody is cheaper, and nobody as cheap was earlier.
func TestRankDoesNotDependOnTheOrderOfBids(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		bids := make([]types.Bid, n)
		for i := range bids {
			bids[i] = types.Bid{Sequence: uint64(i + 1), FullPrice: math.NewInt(rapid.Int64Range(0, 3).Draw(t, "price"))}
		}
		shuffled := rapid.Permutation(bids).Draw(t, "order")
		auction.Rank(shuffled)
		for i := 1; i < n; i++ {
			a, b := shuffled[i-1], shuffled[i]
			if a.FullPrice.GT(b.FullPrice) || (a.FullPrice.Equal(b.FullPrice) && a.Sequence >= b.Sequence) {
				t.Fatalf("%d at %s before %d at %s", a.Sequence, a.FullPrice, b.Sequence, b.FullPrice)
			}
		}
	})
}
