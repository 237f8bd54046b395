package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/daemons/provider/store"
)

func TestFailuresLeadWhereTheirClassSays(t *testing.T) {
	boom := errors.New("boom")
	for name, tc := range map[string]struct {
		reason string
		err    error
		tries  int // rounds of an hour each
		want   Status
	}{
		"TransientGivesUp":      {"ten transient failures make a dead letter", boom, 12, Dead},
		"PermanentAtOnce":       {"trying again does not help", Permanent(boom), 1, Dead},
		"OperatorAtOnce":        {"a person must act", Operator(boom), 1, Dead},
		"UnavailableNeverEnds":  {"an outage of a day is no reason to give up", Unavailable(boom), 24, Pending},
		"UnknownOutcomeRemains": {"what may have happened is looked at until it is known", UnknownOutcome(boom), 24, Pending},
		"ThrottledGivesUp":      {"a server that is busy ten times in a row is reported", Throttled(boom, time.Minute), 12, Dead},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, map[string]Kind{"work": {Handle: func(context.Context, Op) (Commit, error) { return nil, tc.err }}})
			require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "work"}))
			for range tc.tries {
				_, err := f.box.RunDue(t.Context())
				require.NoError(t, err)
				f.clock.Advance(time.Hour)
			}
			require.Equal(t, tc.want, f.status("a"), tc.reason)
		})
	}
}

func TestBackoffDoublesFromASecondToFiveMinutes(t *testing.T) {
	f := newFixture(t, map[string]Kind{"work": {Handle: func(context.Context, Op) (Commit, error) { return nil, errors.New("boom") }, MaxAttempts: 20}})
	require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "work"}))
	for i, want := range []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
		n, err := f.box.RunDue(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		op, err := f.box.Get("a")
		require.NoError(t, err)
		require.Equal(t, time.Duration(want)*time.Second, op.Due.Sub(f.clock.Now()), "after attempt %d", i+1)
		f.clock.Advance(op.Due.Sub(f.clock.Now()))
	}
}

func TestTerminateSupersedes(t *testing.T) {
	interrupted := make(chan struct{})
	started := make(chan struct{})
	f := newFixture(t, map[string]Kind{
		"ensure": {Handle: func(ctx context.Context, op Op) (Commit, error) {
			close(started)
			<-ctx.Done()
			close(interrupted)
			return nil, ctx.Err()
		}},
		"terminate": {Supersedes: true, Handle: func(context.Context, Op) (Commit, error) { return nil, nil }},
		"after":     {AfterFence: true, Handle: func(context.Context, Op) (Commit, error) { return nil, nil }},
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.box.Run(ctx) }()
	require.NoError(t, f.put(Op{ID: "running", Lane: "lease/1", Kind: "ensure"}))
	<-started
	require.NoError(t, f.put(Op{ID: "waiting", Lane: "lease/1", Kind: "ensure"}))
	require.NoError(t, f.put(Op{ID: "end", Lane: "lease/1", Kind: "terminate"}))
	<-interrupted
	require.Eventually(t, func() bool { return f.status("end") == Done }, 5*time.Second, time.Millisecond)
	require.Equal(t, Cancelled, f.status("running"), "what ran was interrupted")
	require.Equal(t, Cancelled, f.status("waiting"), "what waited never ran")
	require.ErrorIs(t, f.put(Op{ID: "late", Lane: "lease/1", Kind: "ensure"}), ErrFenced)
	require.NoError(t, f.put(Op{ID: "tidy", Lane: "lease/1", Kind: "after"}))
	stop()
	require.NoError(t, <-ended)
}

func TestOneBusyLaneStarvesNobody(t *testing.T) {
	var order []string
	f := newFixture(t, map[string]Kind{"work": {Handle: func(_ context.Context, op Op) (Commit, error) {
		order = append(order, op.Lane)
		return nil, nil
	}}})
	for i := range 50 {
		require.NoError(t, f.put(Op{ID: fmt.Sprint("busy", i), Lane: "lease/1", Kind: "work"}))
	}
	require.NoError(t, f.put(Op{ID: "other", Lane: "lease/2", Kind: "work"}))
	_, err := f.box.RunDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, "lease/2", order[1], "the other lane's turn comes second, not fifty-first")
}

func TestStoppingIsNoAttempt(t *testing.T) {
	started := make(chan struct{}, 1)
	f := newFixture(t, map[string]Kind{"work": {Handle: func(ctx context.Context, _ Op) (Commit, error) {
		started <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}}})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.box.Run(ctx) }()
	require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "work"}))
	<-started
	stop()
	require.NoError(t, <-ended)
	op, err := f.box.Get("a")
	require.NoError(t, err)
	require.Equal(t, Pending, op.Status)
	require.Zero(t, op.Attempts)
}

func TestAnOperatorRetriesCancelsAndPurges(t *testing.T) {
	fail := true
	f := newFixture(t, map[string]Kind{"work": {Handle: func(context.Context, Op) (Commit, error) {
		if fail {
			return nil, Permanent(errors.New("no"))
		}
		return nil, nil
	}}})
	run := func() {
		_, err := f.box.RunDue(t.Context())
		require.NoError(t, err)
	}
	require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "work"}))
	require.NoError(t, f.put(Op{ID: "b", Lane: "lease/1", Kind: "work"}))
	run()
	dead, err := f.box.List(Query{Status: Dead})
	require.NoError(t, err)
	require.Len(t, dead, 2)
	fail = false
	require.NoError(t, f.box.Retry("a"))
	require.ErrorIs(t, f.box.Retry("a"), ErrStatus, "it is not dead any more")
	run()
	require.Equal(t, Done, f.status("a"))
	require.NoError(t, f.box.Cancel("b"))
	require.ErrorIs(t, f.box.Cancel("a"), ErrStatus, "it is done")
	require.ErrorIs(t, f.box.Retry("c"), ErrUnknownOp)
	f.clock.Advance(time.Hour)
	n, err := f.box.Purge(f.clock.Now(), false)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Zero(t, f.box.Depth())
}

func TestADeadlineMakesADeadLetterAndTellsItsKind(t *testing.T) {
	var told Op
	f := newFixture(t, map[string]Kind{"work": {
		Handle: func(context.Context, Op) (Commit, error) { return nil, Unavailable(errors.New("away")) },
		Dead:   func(_ *store.Tx, op Op) error { told = op; return nil },
	}})
	require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "work", Deadline: f.clock.Now().Add(time.Minute)}))
	for range 3 {
		_, err := f.box.RunDue(t.Context())
		require.NoError(t, err)
		f.clock.Advance(time.Minute)
	}
	require.Equal(t, Dead, f.status("a"))
	require.Equal(t, ClassDeadline, told.Class)
}

func TestPersistentKindsAreNeverGivenUp(t *testing.T) {
	f := newFixture(t, map[string]Kind{"delete": {Persists: true, MaxAttempts: 2, Handle: func(context.Context, Op) (Commit, error) {
		return nil, Permanent(errors.New("disk is stuck"))
	}}})
	require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "delete"}))
	for range 30 {
		_, err := f.box.RunDue(t.Context())
		require.NoError(t, err)
		f.clock.Advance(time.Hour)
	}
	op, err := f.box.Get("a")
	require.NoError(t, err)
	require.Equal(t, Pending, op.Status)
	require.EqualValues(t, 30, op.Attempts, "once an hour")
}

func TestOpenRepairsWhatIsOutOfOrder(t *testing.T) {
	f := newFixture(t, map[string]Kind{"work": {Handle: func(context.Context, Op) (Commit, error) { return nil, nil }}})
	require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "work"}))
	require.NoError(t, f.store.Update(func(tx *store.Tx) error {
		require.NoError(t, tx.Delete(laneKey("lease/1", 0)))
		return tx.SetBytes(laneKey("lease/9", 7), []byte("nothing"))
	}))
	f.restart()
	require.Equal(t, Repairs{Unindexed: 1, Stale: 1}, f.found)
	_, err := f.box.RunDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, Done, f.status("a"))
	f.restart()
	require.Zero(t, f.found)
}

func TestAFullDiskRefusesNewWorkAndLosesNothing(t *testing.T) {
	free := uint64(1 << 30)
	s, err := store.Open(store.Options{Dir: t.TempDir(), MinFreeBytes: 1 << 20, Free: func(string) (uint64, error) { return free, nil }})
	require.NoError(t, err)
	f := newFixture(t, map[string]Kind{"work": {Handle: func(context.Context, Op) (Commit, error) { return nil, nil }}})
	require.NoError(t, f.store.Close())
	f.store, f.box.o.Store = s, s
	require.NoError(t, f.put(Op{ID: "a", Lane: "lease/1", Kind: "work"}))
	free = 600 << 10 // below the limit, above its half
	err = f.put(Op{ID: "b", Lane: "lease/1", Kind: "work"})
	require.ErrorIs(t, err, store.ErrFull)
	require.True(t, strings.Contains(err.Error(), "free some space"), err)
	require.ErrorIs(t, s.Room(), store.ErrFull, "readiness turns false")
	_, err = f.box.RunDue(t.Context())
	require.NoError(t, err)
	require.Equal(t, Done, f.status("a"), "what was begun is finished in the reserve")
	free = 1 << 30
	require.NoError(t, f.put(Op{ID: "b", Lane: "lease/1", Kind: "work"}))
}
