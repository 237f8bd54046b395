package audit

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// untilWaiting returns when n callers wait for a writer.
func untilWaiting(l *Log, n int) {
	for waiting := 0; waiting < n; runtime.Gosched() {
		l.mu.Lock()
		waiting = len(l.waiting)
		l.mu.Unlock()
	}
}

func TestWhoAppendsTogetherSharesAnFsync(t *testing.T) {
	d := newDir(t)
	o := options()
	o.SegmentBytes = DefaultSegment
	commits, records, total := 0, 0, 0
	o.Committed = func(c Commit) { commits++; records += c.Records; total += c.Bytes }
	l, err := Open(d, o)
	require.NoError(t, err)
	const callers, each = 16, 20
	l.token <- struct{}{} // as if a writer were at it
	var all sync.WaitGroup
	var mu sync.Mutex
	heads := map[Head]bool{}
	for range callers {
		all.Go(func() {
			for i := range each {
				h, err := l.Append(rotateKey(i))
				mu.Lock()
				if err != nil || heads[h] {
					t.Errorf("%v %v", h, err)
				}
				heads[h] = true
				mu.Unlock()
			}
		})
	}
	untilWaiting(l, callers)
	<-l.token
	all.Wait()
	require.NoError(t, l.Close())
	require.Len(t, heads, callers*each, "each caller got a record of its own")
	require.Equal(t, callers*each, records)
	require.LessOrEqual(t, commits, callers*each-callers+1, "the first sixteen shared one")
	report, err := Verify(d, Expect{})
	require.NoError(t, err)
	require.Equal(t, uint64(callers*each), report.Head.Seq)
	require.Equal(t, int64(total), report.Bytes)
	for r, err := range Records(d, Range{}) {
		require.NoError(t, err)
		require.True(t, heads[r.Head()], "what is there is what was acknowledged")
	}
}

func TestClosingWhileOthersAppend(t *testing.T) {
	d := newDir(t)
	l, err := Open(d, options())
	require.NoError(t, err)
	var all sync.WaitGroup
	var mu sync.Mutex
	acked := map[Head]bool{}
	begun := make(chan struct{}, 8)
	for range 8 {
		all.Go(func() {
			for i := 0; ; i++ {
				h, err := l.Append(rotateKey(i))
				if err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				acked[h] = true
				mu.Unlock()
				if i == 2 {
					begun <- struct{}{}
				}
			}
		})
	}
	<-begun
	require.NoError(t, l.Close())
	all.Wait()
	found := 0
	for r, err := range Records(d, Range{}) {
		require.NoError(t, err)
		require.True(t, acked[r.Head()], "who was told that the log is closed has no record")
		found++
	}
	require.Equal(t, len(acked), found)
}

func TestALargeBatchIsSplit(t *testing.T) {
	d := newDir(t)
	o := Options{Now: ticking()}
	largest := 0
	o.Committed = func(c Commit) { largest = max(largest, c.Bytes) }
	l, err := Open(d, o)
	require.NoError(t, err)
	l.token <- struct{}{}
	big := Event{Actor: "a", Action: "b", Outcome: "c", Fields: map[string]string{}}
	for i := range 15 {
		big.Fields[fmt.Sprintf("f%d", i)] = strings.Repeat("v", MaxValue)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := l.Append(big)
			if err != nil {
				t.Error(err)
			}
		})
	}
	untilWaiting(l, 20)
	<-l.token
	all.Wait()
	require.NoError(t, l.Close())
	require.LessOrEqual(t, largest, maxBatch)
	require.Greater(t, largest, maxBatch/2)
	report, err := Verify(d, Expect{})
	require.NoError(t, err)
	require.Equal(t, uint64(20), report.Head.Seq)
}
