package sim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cosmossdk.io/math"

	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/safemath"
)

// move is one thing somebody may do. make looks at the state and returns who does what, or nobody where there is no occasion.
type move struct {
	name   string
	weight int
	make   func(ctx sdk.Context) (*Actor, sdk.Msg, error)
}

// Traffic is random trading. It reads the state of one replica to find orders to bid for and leases to close, and
// now and then does what must be refused.
type Traffic struct {
	Cast *Cast
	Seen map[string]*Tally // by move

	app   *app.App
	rng   *entropy.Numbers
	moves []move
	total int // of the weights
	count int // of transactions, to make deadlines unique
}

// Tally counts what became of one kind of move.
type Tally struct {
	Done, Refused int
	Why           map[string]int // refusals by the module's error
}

// String tells the counts and the reasons, the same for the same counts.
func (t *Tally) String() string {
	text := fmt.Sprintf("%d done, %d refused", t.Done, t.Refused)
	for _, why := range slices.Sorted(maps.Keys(t.Why)) {
		text += fmt.Sprintf(", %s: %d", why, t.Why[why])
	}
	return text
}

// NewTraffic trades on the chain of a. Equal seeds and states make equal transactions.
func NewTraffic(seed uint64, c *Cast, a *app.App) *Traffic {
	t := &Traffic{Cast: c, Seen: map[string]*Tally{}, app: a, rng: entropy.Simulation(seed, 0x7e)}
	t.moves = append(append(t.providerMoves(), t.marketMoves()...), t.settlementMoves()...)
	for _, m := range t.moves {
		t.total += m.weight
		t.Seen[m.name] = &Tally{Why: map[string]int{}}
	}
	return t
}

// Batch is the transactions of one block and what they try.
type Batch struct {
	Txs   [][]byte
	moves []string
}

// Next makes up to n transactions for the block after the state of the replica.
func (t *Traffic) Next(ctx context.Context, now time.Time, n int) (Batch, error) {
	state := t.app.NewContext(true).WithBlockTime(now)
	var batch Batch
	for range n {
		m := t.pick()
		who, msg, err := m.make(state)
		if err != nil {
			return Batch{}, fmt.Errorf("%s: %w", m.name, err)
		}
		if who == nil {
			continue
		}
		raw, err := t.sign(ctx, now, who, msg)
		if err != nil {
			return Batch{}, fmt.Errorf("%s: %w", m.name, err)
		}
		batch.Txs = append(batch.Txs, raw)
		batch.moves = append(batch.moves, m.name)
	}
	return batch, nil
}

func (t *Traffic) sign(ctx context.Context, now time.Time, who *Actor, msg sdk.Msg) ([]byte, error) {
	t.count++
	var deadline time.Time
	if t.rng.IntN(2) == 0 { // half of them need no sequence
		deadline = now.Add(5*time.Minute + time.Duration(t.count))
	}
	tx, err := who.tx(ctx, t.app.TxConfig(), who.number, deadline, msg)
	if err != nil {
		return nil, err
	}
	return t.app.TxConfig().TxEncoder()(tx)
}

// Learn counts the results of a batch. Every transaction must have got past the ante handler: one that did not was
// made wrongly, and the simulation would trade less than it says.
func (t *Traffic) Learn(b Batch, results []*abci.ExecTxResult) error {
	for i, r := range results {
		if r.Code == 0 {
			t.Seen[b.moves[i]].Done++
			continue
		}
		if !strings.HasPrefix(r.Log, "failed to execute message") {
			return fmt.Errorf("%s was not even tried: %s", b.moves[i], r.Log)
		}
		tally := t.Seen[b.moves[i]]
		tally.Refused++
		tally.Why[fmt.Sprintf("%s/%d", r.Codespace, r.Code)]++
	}
	return nil
}

func (t *Traffic) pick() move {
	n := t.rng.IntN(t.total)
	for _, m := range t.moves {
		if n -= m.weight; n < 0 {
			return m
		}
	}
	return t.moves[0]
}

func (t *Traffic) tenant() *Actor   { return one(t.rng, t.Cast.Tenants) }
func (t *Traffic) provider() *Actor { return one(t.rng, t.Cast.Providers) }

// between returns a number of [low, high].
func (t *Traffic) between(low, high int64) int64 { return low + t.rng.Int64N(high-low+1) }

// amount is a number between low and high, both within, for a field of another type.
func amount[T uint32 | uint64](t *Traffic, low, high int64) T {
	return safemath.Clamp[T](t.between(low, high))
}

// upTo is an amount of uve, none of it up to all.
func (t *Traffic) upTo(low int64, most math.Int) int64 {
	if !most.IsInt64() {
		return low
	}
	return t.between(low, max(low, most.Int64()))
}

// seldom is true once in n times.
func (t *Traffic) seldom(n int) bool { return t.rng.IntN(n) == 0 }

func one[T any](rng *entropy.Numbers, from []T) T { return from[rng.IntN(len(from))] }
