package follow_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/client/comet"
	"github.com/virtengine/virtengine/chain/client/comet/comettest"
	"github.com/virtengine/virtengine/chain/client/follow"
	"github.com/virtengine/virtengine/chain/client/follow/followtest"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

func TestMemoryPassesTheContract(t *testing.T) {
	followtest.Run(t, func(*testing.T) followtest.Chain { return followtest.New(followtest.ChainID, time.Now()) })
}

func TestCometPassesTheContract(t *testing.T) {
	followtest.Run(t, func(t *testing.T) followtest.Chain { return newCometChain(t, 1) })
}

func TestCometPassesTheContractWithOneOfTwoNodesHalfOpen(t *testing.T) {
	followtest.Run(t, func(t *testing.T) followtest.Chain {
		c := newCometChain(t, 2)
		c.nodes[0].HalfOpen(true)
		return c
	})
}

func TestCometPassesTheContractWithOneOfTwoNodesLagging(t *testing.T) {
	followtest.Run(t, func(t *testing.T) followtest.Chain {
		c := newCometChain(t, 2)
		c.nodes[0].Lag(4)
		return c
	})
}

func TestCometPassesTheContractWithoutNotices(t *testing.T) {
	followtest.Run(t, func(t *testing.T) followtest.Chain {
		c := newCometChain(t, 1)
		c.nodes[0].Silent(true)
		return c
	})
}

// cometChain is a chain in memory behind the real source.
type cometChain struct {
	*follow.Comet
	t     *testing.T
	chain *comettest.Chain
	nodes []*comettest.Node
}

func newCometChain(t *testing.T, nodes int) *cometChain {
	c := &cometChain{t: t, chain: &comettest.Chain{ID: followtest.ChainID}}
	var endpoints []comet.Endpoint
	for i := range nodes {
		n := c.chain.Node(string(rune('a' + i)))
		c.nodes = append(c.nodes, n)
		endpoints = append(endpoints, n.Endpoint())
	}
	pool, err := comet.New(endpoints, comet.Config{ChainID: followtest.ChainID})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	c.Comet, err = follow.FromPool(pool)
	require.NoError(t, err)
	return c
}

func (c *cometChain) Add(events ...proto.Message) int64 {
	var raw []abci.Event
	for _, e := range events {
		raw = append(raw, typed(c.t, e, "msg_index", "0"))
	}
	return c.chain.Add(comettest.Block{Time: time.Now(), Txs: []cmttypes.Tx{{1}}, Results: []*abci.ExecTxResult{{Events: raw}}})
}

func (c *cometChain) Prune(first int64) {
	for _, n := range c.nodes {
		n.Prune(first)
	}
}

func (c *cometChain) Fail(err error) {
	for _, n := range c.nodes {
		n.Fail(err)
	}
}

// typed is an event as the SDK writes it, with what baseapp appends.
func typed(t require.TestingT, msg proto.Message, extra ...string) abci.Event {
	e, err := sdk.TypedEventToEvent(msg)
	require.NoError(t, err)
	for i := 0; i+1 < len(extra); i += 2 {
		e = e.AppendAttributes(sdk.NewAttribute(extra[i], extra[i+1]))
	}
	return abci.Event(e)
}

func TestWhichEventsOfABlockAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCometChain(t, 1)
		lost := &markettypes.EventBidLost{OrderId: 1, Provider: "ve1p"}
		created := &markettypes.EventLeaseCreated{Id: 1, Owner: "ve1t", Provider: "ve1p"}
		spent := abci.Event{Type: banktypes.EventTypeCoinSpent, Attributes: []abci.EventAttribute{{Key: "amount", Value: "1uve"}}}
		newer := abci.Event{Type: "virtengine.future.v1.EventUnheardOf", Attributes: []abci.EventAttribute{{Key: "id", Value: "1"}}}
		c.chain.Add(comettest.Block{
			Time: time.Now(),
			Txs:  []cmttypes.Tx{{1}, {2}, {3}},
			Results: []*abci.ExecTxResult{
				{Events: []abci.Event{spent, typed(t, lost, "msg_index", "0"), newer, typed(t, created)}},
				{Code: 5, Events: []abci.Event{typed(t, created)}},
				{Events: []abci.Event{typed(t, lost, "msg_index", "12")}},
			},
			Events: []abci.Event{spent, typed(t, created, "mode", "EndBlock")},
		})
		b, err := c.Block(t.Context(), 1)
		require.NoError(t, err)
		type told struct {
			tx, index int
			msg       proto.Message
		}
		var got []told
		for _, e := range b.Events {
			got = append(got, told{e.Tx, e.Index, e.Msg})
		}
		require.Equal(t, []told{
			{0, 1, lost}, {0, 3, created}, // other modules' and unheard-of events keep their places
			{2, 0, lost}, // a failed transaction did nothing
			{follow.BlockEvent, 1, created},
		}, got)
	})
}

func TestAnUnreadableEventOfOursStopsFollowing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCometChain(t, 1)
		bad := abci.Event{Type: "virtengine.market.v1.EventOrderCreated", Attributes: []abci.EventAttribute{{Key: "id", Value: `"many"`}}}
		c.chain.Add(comettest.Block{Time: time.Now(), Events: []abci.Event{bad}})
		err := follow.Follow(t.Context(), c, 1, func(context.Context, follow.Block) error { return nil })
		require.ErrorIs(t, err, follow.ErrUndecodable, "passing it over would be a gap")
	})
}

func TestEveryEventSurvivesTheWire(t *testing.T) {
	c := newCometChain(t, 1)
	height := int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		want := &markettypes.EventBidCreated{
			OrderId:   rapid.Uint64().Draw(rt, "order"),
			Provider:  rapid.String().Draw(rt, "provider"),
			FullPrice: rapid.StringMatching(`[0-9]{1,30}`).Draw(rt, "price"),
		}
		c.chain.Add(comettest.Block{Time: time.Now(), Events: []abci.Event{typed(rt, want, "mode", "EndBlock")}})
		height++
		b, err := c.Block(t.Context(), height)
		require.NoError(rt, err)
		require.Equal(rt, want, b.Events[0].Msg)
	})
}

func TestAnotherChainIsNotFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCometChain(t, 1)
		c.nodes[0].OfChain("other-1")
		c.Add()
		err := follow.Follow(t.Context(), c, 1, func(context.Context, follow.Block) error { return nil })
		require.ErrorIs(t, err, follow.ErrWrongChain)
	})
}

// misbehaving answers what a source must not.
type misbehaving struct {
	follow.Source
	block func(n int, height int64) (follow.Block, error)
	calls int
}

func (m *misbehaving) Wait(context.Context, int64) error { return nil }
func (m *misbehaving) Block(_ context.Context, height int64) (follow.Block, error) {
	m.calls++
	return m.block(m.calls, height)
}

func TestASourceThatChangesItsChainIsLeft(t *testing.T) {
	src := &misbehaving{block: func(n int, height int64) (follow.Block, error) {
		return follow.Block{ChainID: map[bool]string{true: "a", false: "b"}[height < 3], Height: height}, nil
	}}
	handled := 0
	err := follow.Follow(t.Context(), src, 1, func(context.Context, follow.Block) error { handled++; return nil })
	require.ErrorIs(t, err, follow.ErrWrongChain)
	require.Equal(t, 2, handled)
}

func TestBlocksOutOfOrderAreNotHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &misbehaving{block: func(n int, height int64) (follow.Block, error) {
			if n%3 != 0 {
				height += int64(n%5) - 2 // an answer to another question
			}
			return follow.Block{ChainID: "a", Height: height}, nil
		}}
		var heights []int64
		err := follow.Follow(t.Context(), src, 5, func(_ context.Context, b follow.Block) error {
			heights = append(heights, b.Height)
			if len(heights) == 20 {
				return errors.New("enough")
			}
			return nil
		})
		require.ErrorContains(t, err, "enough")
		for i, h := range heights {
			require.Equal(t, int64(5+i), h)
		}
	})
}

func TestTroubleIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := 0
		src := &misbehaving{block: func(n int, height int64) (follow.Block, error) {
			if n < 4 {
				return follow.Block{}, comettest.ErrDown
			}
			return follow.Block{Height: height}, nil
		}}
		f := follow.Follower{Source: src, Trouble: func(height int64, err error, pause time.Duration) {
			require.ErrorIs(t, err, comettest.ErrDown)
			require.EqualValues(t, 1, height)
			require.Positive(t, pause)
			failures++
		}}
		enough := errors.New("enough")
		require.ErrorIs(t, f.Run(t.Context(), 1, func(context.Context, follow.Block) error { return enough }), enough)
		require.Equal(t, 3, failures)
	})
}
