package outbox

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/daemons/provider/store"
)

// TestNothingIsLostOrDoubledWhereverItDies puts operations, lets them fail in every class, kills the process at random
// commits and compares with a model: what was put is done once, in the order of its lane, and nothing is left over.
func TestNothingIsLostOrDoubledWhereverItDies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		script := map[string][]error{}     // what the next attempts at an operation answer
		handled := map[string]int{}        // attempts that reached the handler's end
		doneOrder := map[string][]string{} // lane -> operations in the order they were done, as committed
		handle := func(_ context.Context, op Op) (Commit, error) {
			handled[op.ID]++
			if left := script[op.ID]; len(left) > 0 {
				script[op.ID] = left[1:]
				return nil, left[0]
			}
			return func(tx *store.Tx) error {
				var n int
				if err := tx.Get([]byte("effect/"+op.ID), &n); err != nil && !errors.Is(err, store.ErrNotFound) {
					return err
				}
				tx.AfterCommit(func() { doneOrder[op.Lane] = append(doneOrder[op.Lane], op.ID) })
				return tx.Set([]byte("effect/"+op.ID), n+1)
			}, nil
		}
		f := newFixture(t, map[string]Kind{"work": {Handle: handle}})
		put := map[string][]string{} // lane -> operations, in the order they were put
		defer func() { require.NoError(rt, f.store.Close()) }()

		crashed := func(err error) bool {
			if !errors.Is(err, errCrash) {
				require.NoError(rt, err)
				return false
			}
			f.restart()
			require.Zero(rt, f.found.Unindexed, "an unfinished operation was in no lane")
			require.Zero(rt, f.found.Stale, "an index entry led nowhere")
			return true
		}
		rt.Repeat(map[string]func(*rapid.T){
			"put": func(rt *rapid.T) {
				lane := rapid.SampledFrom([]string{"lease/1", "lease/2", "order/3"}).Draw(rt, "lane")
				id := fmt.Sprintf("%s/%d", lane, len(put[lane]))
				for range rapid.IntRange(0, 2).Draw(rt, "failures") {
					script[id] = append(script[id], rapid.SampledFrom([]error{
						errors.New("transient"), Unavailable(errors.New("away")), UnknownOutcome(errors.New("timeout")),
						Throttled(errors.New("busy"), time.Minute),
					}).Draw(rt, "failure"))
				}
				if !crashed(f.put(Op{ID: id, Lane: lane, Kind: "work"})) {
					put[lane] = append(put[lane], id)
				}
			},
			"put again": func(rt *rapid.T) {
				lane := rapid.SampledFrom([]string{"lease/1", "lease/2", "order/3"}).Draw(rt, "lane")
				if len(put[lane]) > 0 {
					crashed(f.put(Op{ID: put[lane][0], Lane: lane, Kind: "work"}))
				}
			},
			"run": func(rt *rapid.T) {
				f.clock.Advance(rapid.SampledFrom([]time.Duration{0, time.Second, time.Hour}).Draw(rt, "wait"))
				_, err := f.box.RunDue(context.Background())
				crashed(err)
			},
			"die soon": func(rt *rapid.T) { f.dieAt = rapid.IntRange(1, 6).Draw(rt, "commits") },
			"restart":  func(*rapid.T) { f.restart() },
			"":         func(rt *rapid.T) { requirePrefixes(rt, put, doneOrder) },
		})
		f.restart()
		for f.box.Depth() > 0 { // every failure at hand takes one round of its lane
			f.clock.Advance(time.Hour)
			_, err := f.box.RunDue(context.Background())
			require.NoError(rt, err)
		}
		for lane, ids := range put {
			for _, id := range ids {
				op, err := f.box.Get(id)
				require.NoError(rt, err)
				if op.Status == Dead { // crashes count as attempts, and ten of them are enough
					require.GreaterOrEqual(rt, op.Counted, uint32(10))
					continue
				}
				require.Equal(rt, Done, op.Status, id)
				var n int
				require.NoError(rt, f.store.View(func(tx *store.Tx) error { return tx.Get([]byte("effect/"+id), &n) }))
				require.Equal(rt, 1, n, "the effect of %s was committed %d times", id, n)
			}
			left, err := f.box.Unfinished(lane)
			require.NoError(rt, err)
			require.Empty(rt, left)
		}
	})
}

// requirePrefixes checks that what is done of a lane is done in the order it was put, dead letters left out.
func requirePrefixes(t *rapid.T, put, done map[string][]string) {
	for lane, ids := range done {
		at := 0
		for _, id := range ids {
			for at < len(put[lane]) && put[lane][at] != id {
				at++
			}
			if at == len(put[lane]) {
				t.Fatalf("lane %s: put %v, done %v", lane, put[lane], ids)
			}
		}
	}
}
