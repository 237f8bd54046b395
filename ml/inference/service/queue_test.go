package service

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
)

func TestNoMoreRunOrWaitThanMay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := DefaultLimits()
		l.Parallel, l.Queue = rapid.Int64Range(1, 5).Draw(t, "parallel"), rapid.Int64Range(0, 5).Draw(t, "queue")
		callers := rapid.IntRange(1, 40).Draw(t, "callers")
		q := newQueue(l)
		var running, most, served, refused atomic.Int64
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				leave, err := q.enter(context.Background(), System{}, time.Minute)
				if errors.Is(err, ErrBusy) {
					refused.Add(1)
					return
				}
				if err != nil {
					return
				}
				now := running.Add(1)
				for {
					m := most.Load()
					if now <= m || most.CompareAndSwap(m, now) {
						break
					}
				}
				running.Add(-1)
				served.Add(1)
				leave()
			})
		}
		wg.Wait()
		if most.Load() > l.Parallel || served.Load()+refused.Load() != int64(callers) || served.Load() < min(int64(callers), l.Parallel) {
			t.Fatalf("%d at a time, %d served, %d refused of %d", most.Load(), served.Load(), refused.Load(), callers)
		}
		if w, r := q.depth(); w != 0 || r != 0 {
			t.Fatalf("%d wait and %d run after the last has left", w, r)
		}
		<-q.drain()
		if _, err := q.enter(context.Background(), System{}, time.Minute); !errors.Is(err, ErrStopping) {
			t.Fatal(err)
		}
	})
}

func TestWhoWaitsIsSentAwayWhenItStops(t *testing.T) {
	l := DefaultLimits()
	l.Parallel, l.Queue = 1, 1
	q := newQueue(l)
	leave, err := q.enter(t.Context(), System{}, time.Minute)
	require.NoError(t, err)
	waited := make(chan error, 1)
	go func() { _, err := q.enter(context.Background(), System{}, time.Minute); waited <- err }()
	require.Eventually(t, func() bool { w, _ := q.depth(); return w == 1 }, 10*time.Second, time.Millisecond)
	_, err = q.enter(t.Context(), System{}, time.Minute)
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	require.Positive(t, busy.After)
	idle := q.drain()
	require.ErrorIs(t, <-waited, ErrStopping)
	select {
	case <-idle:
		t.Fatal("one still runs")
	default:
	}
	leave()
	<-idle
}

func TestEveryErrorIsTold(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		err    error
		want   FailureReason
		code   codes.Code
	}{
		"Busy":      {"come back", &BusyError{time.Second}, Busy, codes.ResourceExhausted},
		"Stopping":  {"another service may answer", ErrStopping, Stopping, codes.Unavailable},
		"NotReady":  {"soon", ErrNotReady, NotReady, codes.Unavailable},
		"Cancelled": {"the caller went", fmt.Errorf("node: %w", context.Canceled), Cancelled, codes.Canceled},
		"Deadline":  {"too slow", fmt.Errorf("node: %w", context.DeadlineExceeded), Timeout, codes.DeadlineExceeded},
		"Wait":      {"never its turn", ErrWait, Timeout, codes.DeadlineExceeded},
		"Large":     {"too many bytes", ErrTooLarge, TooLarge, codes.ResourceExhausted},
		"Budget":    {"too many multiplications", ErrBudget, OverBudget, codes.ResourceExhausted},
		"Model":     {"not loaded", ErrUnknownModel, UnknownModel, codes.NotFound},
		"Pack":      {"not loaded", ErrUnknownPack, UnknownPack, codes.NotFound},
		"Input":     {"not what the model takes", ErrModelInput, Malformed, codes.InvalidArgument},
		"Evidence":  {"no evidence", pipeline.ErrMalformed, Malformed, codes.InvalidArgument},
		"Output":    {"a model that is none: ours to mend", pipeline.ErrOutput, EngineFailed, codes.Internal},
		"Unknown":   {"whatever else", errors.New("x"), EngineFailed, codes.Internal},
	} {
		f := Explain(tc.err)
		require.Equal(t, tc.want, f.Reason, "%s: %s", name, tc.reason)
		require.Equal(t, tc.code, f.Code, name)
		require.GreaterOrEqual(t, f.HTTP, 400, name)
		require.Equal(t, tc.code, Status(tc.err).Code(), name)
		require.Len(t, Status(tc.err).Details(), map[bool]int{true: 2, false: 1}[f.After > 0], name)
	}
}
