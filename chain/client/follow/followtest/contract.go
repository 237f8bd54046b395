package followtest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/follow"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

// Chain is a source together with what a test does to its chain.
type Chain interface {
	follow.Source
	// Add makes a block of these events and returns its height.
	Add(events ...proto.Message) int64
	// Prune deletes the blocks before the height.
	Prune(first int64)
	// Fail makes every call fail with err until it is called with nil.
	Fail(err error)
}

// ChainID is the chain of the contract's sources.
const ChainID = "contract-1"

var errGone = errors.New("connection refused")

// Run is the contract of sources. It gives each story a fake clock; newChain makes a chain without blocks, cleaned up by t.
func Run(t *testing.T, newChain func(*testing.T) Chain) {
	for name, story := range map[string]func(*testing.T, Chain){
		"every block comes once and in order":                    inOrder,
		"events keep their order and coordinates":                coordinates,
		"following begins where it is told":                      resumes,
		"a node gone for an hour costs no block":                 goneForAnHour,
		"a pruned block is named together with the first left":   pruned,
		"waiting ends with the context":                          cancelled,
		"a handler's error ends following before the next block": handlerFails,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { story(t, newChain(t)) })
		})
	}
}

// errEnough ends following in stories.
var errEnough = errors.New("enough")

// collect follows until the height was handled.
func collect(t *testing.T, src follow.Source, from, last int64) (blocks []follow.Block) {
	err := follow.Follow(t.Context(), src, from, func(_ context.Context, b follow.Block) error {
		blocks = append(blocks, b)
		if b.Height == last {
			return errEnough
		}
		return nil
	})
	require.ErrorIs(t, err, errEnough)
	return blocks
}

func requireHeights(t *testing.T, blocks []follow.Block, from int64) {
	for i, b := range blocks {
		require.Equal(t, from+int64(i), b.Height)
		require.Equal(t, ChainID, b.ChainID)
	}
}

func order(id uint64) proto.Message {
	return &markettypes.EventOrderCreated{Id: id, Owner: "ve1tenant"}
}

func inOrder(t *testing.T, c Chain) {
	c.Add(order(1))
	go func() {
		for id := uint64(2); id <= 50; id++ {
			<-time.After(time.Duration(id%7) * 300 * time.Millisecond) // sometimes several per poll, sometimes none
			c.Add(order(id))
		}
	}()
	blocks := collect(t, c, 1, 50)
	require.Len(t, blocks, 50)
	requireHeights(t, blocks, 1)
	for _, b := range blocks {
		require.Len(t, b.Events, 1)
		require.EqualValues(t, b.Height, b.Events[0].Msg.(*markettypes.EventOrderCreated).Id)
	}
}

func coordinates(t *testing.T, c Chain) {
	c.Add()
	c.Add(order(1), &markettypes.EventLeaseClosed{Id: 7, Provider: "ve1p", Reason: markettypes.ReasonUnstable}, order(2))
	blocks := collect(t, c, 1, 2)
	require.Empty(t, blocks[0].Events)
	require.Len(t, blocks[1].Events, 3)
	for i, e := range blocks[1].Events {
		require.Equal(t, [3]int64{2, 0, int64(i)}, [3]int64{e.Height, int64(e.Tx), int64(e.Index)})
		require.Equal(t, blocks[1].Time, e.Time)
	}
	require.Equal(t, &markettypes.EventLeaseClosed{Id: 7, Provider: "ve1p", Reason: markettypes.ReasonUnstable}, blocks[1].Events[1].Msg)
}

func resumes(t *testing.T, c Chain) {
	for id := range uint64(9) {
		c.Add(order(id))
	}
	blocks := collect(t, c, 6, 9)
	require.Len(t, blocks, 4)
	requireHeights(t, blocks, 6)
}

func goneForAnHour(t *testing.T, c Chain) {
	c.Add(order(1))
	var gone time.Time
	time.AfterFunc(10*time.Second, func() { gone = time.Now(); c.Fail(errGone) })
	time.AfterFunc(time.Hour, func() {
		for id := uint64(2); id <= 30; id++ {
			c.Add(order(id))
		}
		c.Fail(nil)
	})
	blocks := collect(t, c, 1, 30)
	require.Len(t, blocks, 30)
	requireHeights(t, blocks, 1)
	require.Less(t, time.Since(gone), time.Hour+2*time.Minute, "pauses do not grow without a limit")
}

func pruned(t *testing.T, c Chain) {
	for id := range uint64(9) {
		c.Add(order(id))
	}
	c.Prune(5)
	err := follow.Follow(t.Context(), c, 3, func(context.Context, follow.Block) error {
		t.Error("a block was made up")
		return nil
	})
	var p *follow.Pruned
	require.ErrorAs(t, err, &p)
	require.ErrorIs(t, err, follow.ErrPruned)
	require.Equal(t, follow.Pruned{Height: 3, First: 5}, *p)
	require.Len(t, collect(t, c, 5, 9), 5, "what is left can be followed")
}

func cancelled(t *testing.T, c Chain) {
	c.Add(order(1))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	handled := 0
	err := follow.Follow(ctx, c, 1, func(context.Context, follow.Block) error { handled++; return nil })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, 1, handled)
}

func handlerFails(t *testing.T, c Chain) {
	c.Add(order(1))
	c.Add(order(2))
	handled := 0
	err := follow.Follow(t.Context(), c, 1, func(context.Context, follow.Block) error { handled++; return errEnough })
	require.ErrorIs(t, err, errEnough)
	require.ErrorContains(t, err, "block 1")
	require.Equal(t, 1, handled)
}
