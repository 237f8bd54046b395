package outbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const childDir = "VE_TEST_OUTBOX_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// openChild is a process's outbox whose operations count their effects in the store.
func openChild(dir, boot string) (*store.Store, *Outbox, Repairs, error) {
	s, err := store.Open(store.Options{Dir: dir})
	if err != nil {
		return nil, nil, Repairs{}, err
	}
	b, err := New(Options{Store: s, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Boot: boot, Metrics: prometheus.NewRegistry()})
	if err != nil {
		return nil, nil, Repairs{}, err
	}
	count := func(context.Context, Op) (Commit, error) {
		return func(tx *store.Tx) error {
			var n int
			if has, err := tx.Has([]byte("count")); err != nil {
				return err
			} else if has {
				if err := tx.Get([]byte("count"), &n); err != nil {
					return err
				}
			}
			return tx.Set([]byte("count"), n+1)
		}, nil
	}
	if err := b.Register("work", Kind{Handle: count, MaxAttempts: 1000}); err != nil {
		return nil, nil, Repairs{}, err
	}
	r, err := b.Open()
	return s, b, r, err
}

// child puts and runs operations until it is killed, and says what was put for certain.
func child(dir string) error {
	_, b, _, err := openChild(dir, "child")
	if err != nil {
		return err
	}
	go func() { panic(b.Run(context.Background())) }()
	for i := 0; ; i++ {
		op := Op{ID: fmt.Sprintf("%d/%d", os.Getpid(), i), Lane: fmt.Sprint("lane/", i%7), Kind: "work"}
		if err := b.o.Store.Update(func(tx *store.Tx) error { _, err := b.Put(tx, op, nil); return err }); err != nil {
			return err
		}
		fmt.Println(i + 1)
	}
}

// TestKilledProcessesLoseAndDoubleNothing kills real processes, and compares what they said with what is there.
func TestKilledProcessesLoseAndDoubleNothing(t *testing.T) {
	dir := t.TempDir()
	said := 0
	self, err := os.Executable()
	require.NoError(t, err)
	for round := range 5 {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		last := 0
		for last < 100+50*round && lines.Scan() {
			last, err = strconv.Atoi(lines.Text())
			require.NoError(t, err)
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() { // what it said before it died counts
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				last = n
			}
		}
		_, err = io.Copy(io.Discard, out)
		require.NoError(t, err)
		require.Error(t, cmd.Wait(), "it was killed")
		said += last
	}
	s, b, found, err := openChild(dir, "parent")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.Zero(t, found.Unindexed+found.Stale, "a kill leaves nothing to repair")
	for b.Depth() > 0 {
		_, err := b.RunDue(t.Context())
		require.NoError(t, err)
	}
	ops, err := b.List(Query{})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(ops), said, "what was said to be put is there")
	require.LessOrEqual(t, len(ops), said+5, "and at most one per process that could not say so any more")
	var n int
	require.NoError(t, s.View(func(tx *store.Tx) error { return tx.Get([]byte("count"), &n) }))
	require.Equal(t, len(ops), n, "every one had its effect once")
	t.Logf("%d operations, %d interrupted by the last kill", len(ops), found.Interrupted)
}
