package comet_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/comet"
	"github.com/virtengine/virtengine/chain/client/comet/comettest"
)

const poll = time.Second

// story runs with a fake clock, a chain of three blocks and two nodes of it.
func story(t *testing.T, f func(t *testing.T, p *comet.Pool, chain *comettest.Chain, a, b *comettest.Node)) {
	storyAfter(t, func(_, _ *comettest.Node) {}, f)
}

// storyAfter changes the nodes before anybody looks at them.
func storyAfter(t *testing.T, before func(a, b *comettest.Node), f func(t *testing.T, p *comet.Pool, chain *comettest.Chain, a, b *comettest.Node)) {
	synctest.Test(t, func(t *testing.T) {
		chain := &comettest.Chain{ID: "test-1"}
		for range 3 {
			grow(chain)
		}
		a, b := chain.Node("a"), chain.Node("b")
		before(a, b)
		p, err := comet.New([]comet.Endpoint{a.Endpoint(), b.Endpoint()}, comet.Config{ChainID: "test-1", Poll: poll})
		require.NoError(t, err)
		defer func() { require.NoError(t, p.Close()) }()
		synctest.Wait()
		f(t, p, chain, a, b)
	})
}

func grow(chain *comettest.Chain) int64 { return chain.Add(comettest.Block{Time: time.Now()}) }

// took is how long f lasts.
func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// pass lets the fake clock run.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// asked is which node a request for the height goes to.
func asked(t *testing.T, p *comet.Pool, height int64, a, b *comettest.Node) string {
	var name string
	require.NoError(t, p.Do(t.Context(), height, func(ctx context.Context, c comet.Client) error {
		if _, err := c.Header(ctx, nil); err != nil {
			return err
		}
		name = map[comet.Client]string{a: "a", b: "b"}[c]
		return nil
	}))
	return name
}

func TestANoticeIsAWakeUp(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, chain *comettest.Chain, _, _ *comettest.Node) {
		time.AfterFunc(poll/10, func() { grow(chain) })
		require.Equal(t, poll/10, took(func() { require.NoError(t, p.Wait(t.Context(), 4)) }))
	})
}

func TestWithoutNoticesABlockIsOnePollLate(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, chain *comettest.Chain, a, b *comettest.Node) {
		a.Silent(true)
		b.Silent(true)
		time.AfterFunc(poll/10, func() { grow(chain) })
		require.LessOrEqual(t, took(func() { require.NoError(t, p.Wait(t.Context(), 4)) }), poll/10+poll)
	})
}

func TestDuplicateNoticesDoNoHarm(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, _ *comettest.Chain, a, b *comettest.Node) {
		a.Notify(500)
		b.Notify(500)
		synctest.Wait()
		s, err := p.Status(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 3, s.Height)
	})
}

func TestTheFirstNodeIsAskedFirst(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, _ *comettest.Chain, a, b *comettest.Node) {
		require.Equal(t, "a", asked(t, p, 2, a, b))
	})
}

func TestANodeThatIsDownIsPassedOver(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, _ *comettest.Chain, a, b *comettest.Node) {
		a.Fail(comettest.ErrDown)
		require.Equal(t, "b", asked(t, p, 2, a, b))
		calls := a.Calls()
		require.Equal(t, "b", asked(t, p, 2, a, b))
		require.LessOrEqual(t, a.Calls(), calls+1, "it is not asked again for every request")
		a.Fail(nil)
		pass(2 * poll)
		require.Equal(t, "a", asked(t, p, 2, a, b), "until it is back")
	})
}

func TestAHalfOpenNodeCostsOneRequest(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, _ *comettest.Chain, a, b *comettest.Node) {
		a.HalfOpen(true)
		require.LessOrEqual(t, took(func() { require.Equal(t, "b", asked(t, p, 2, a, b)) }), 5*time.Second)
		require.Zero(t, took(func() { require.Equal(t, "b", asked(t, p, 2, a, b)) }))
		require.Zero(t, took(func() {
			_, err := p.Status(t.Context())
			require.NoError(t, err)
		}), "the other's status is enough")
	})
}

func TestANodeThatLagsIsAskedLast(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, chain *comettest.Chain, a, b *comettest.Node) {
		a.Lag(10)
		for range 20 {
			grow(chain)
		}
		synctest.Wait()
		require.Equal(t, "b", asked(t, p, 2, a, b), "both have block 2, but one is far behind")
		require.Equal(t, "b", asked(t, p, 23, a, b), "only one has block 23")
		b.Fail(comettest.ErrDown)
		require.Equal(t, "a", asked(t, p, 2, a, b), "better late than not at all")
		err := p.Do(t.Context(), 23, func(context.Context, comet.Client) error { return nil })
		require.ErrorIs(t, err, comet.ErrUnavailable)
	})
}

func TestOneNodesPrunedBlockIsTheOthers(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, _ *comettest.Chain, a, b *comettest.Node) {
		a.Prune(3)
		pass(2 * poll)
		require.Equal(t, "b", asked(t, p, 1, a, b))
		b.Prune(2)
		pass(2 * poll)
		err := p.Do(t.Context(), 1, func(context.Context, comet.Client) error { return nil })
		var pruned *comet.Pruned
		require.ErrorAs(t, err, &pruned)
		require.Equal(t, comet.Pruned{Height: 1, First: 2}, *pruned)
	})
}

func TestANodeOfAnotherChainIsNotAsked(t *testing.T) {
	storyAfter(t, func(a, _ *comettest.Node) { a.OfChain("test-2") }, func(t *testing.T, p *comet.Pool, _ *comettest.Chain, a, b *comettest.Node) {
		require.Equal(t, "b", asked(t, p, 2, a, b))
		b.Fail(comettest.ErrDown)
		pass(2 * poll)
		_, err := p.Status(t.Context())
		require.ErrorIs(t, err, comet.ErrUnavailable)
		require.NotErrorIs(t, err, comet.ErrWrongChain, "the right node may come back")
		b.Fail(nil)
		b.OfChain("test-2")
		pass(2 * poll)
		_, err = p.Status(t.Context())
		require.ErrorIs(t, err, comet.ErrWrongChain)
		require.ErrorIs(t, p.Wait(t.Context(), 1), comet.ErrWrongChain)
	})
}

func TestStatusIsFresh(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, chain *comettest.Chain, a, b *comettest.Node) {
		a.Silent(true)
		b.Silent(true)
		h := grow(chain)
		s, err := p.Status(t.Context())
		require.NoError(t, err)
		require.Equal(t, h, s.Height, "asked now, not at the last poll")
		require.Equal(t, "test-1", s.ChainID)
	})
}

func TestStatusSaysWhatEachNodeSaid(t *testing.T) {
	story(t, func(t *testing.T, p *comet.Pool, _ *comettest.Chain, a, b *comettest.Node) {
		a.Fail(comettest.ErrDown)
		b.HalfOpen(true)
		_, err := p.Status(t.Context())
		require.ErrorIs(t, err, comet.ErrUnavailable)
		require.ErrorContains(t, err, "a: connection refused")
		require.ErrorContains(t, err, "b: ")
	})
}

func TestNothingWaitsForAClosedPool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := &comettest.Chain{ID: "test-1"}
		p, err := comet.New([]comet.Endpoint{chain.Node("a").Endpoint()}, comet.Config{ChainID: "test-1"})
		require.NoError(t, err)
		time.AfterFunc(time.Second, func() { require.NoError(t, p.Close()) })
		require.ErrorIs(t, p.Wait(t.Context(), 1), comet.ErrClosed)
	})
}

func TestAPoolNeedsNodesAndAChain(t *testing.T) {
	_, err := comet.New(nil, comet.Config{ChainID: "x"})
	require.ErrorContains(t, err, "no endpoint")
	_, err = comet.New([]comet.Endpoint{{Name: "a"}}, comet.Config{ChainID: "x"})
	require.ErrorContains(t, err, "no client")
	_, err = comet.Dial([]string{"http://a"}, comet.Config{})
	require.ErrorContains(t, err, "chain id")
	_, err = comet.Dial([]string{"ftp://a"}, comet.Config{ChainID: "x"})
	require.ErrorContains(t, err, "http://127.0.0.1:26657")
}
