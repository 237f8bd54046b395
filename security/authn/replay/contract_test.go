package replay_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/authn/replay"
	"github.com/virtengine/virtengine/security/authn/replay/replaytest"
	"github.com/virtengine/virtengine/security/paths"
)

// crashIn names the directory of the child that is killed.
const crashIn = "REPLAY_TEST_CRASH"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashIn); dir != "" {
		fmt.Fprintln(os.Stderr, rememberForEver(dir))
		os.Exit(3) // it should have been killed
	}
	os.Exit(m.Run())
}

func openIn(t testing.TB, name string, entries int, now func() time.Time) *replay.Disk {
	dir, err := paths.OpenDir(name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dir.Close()) })
	s, err := replay.Open(dir, entries, now)
	require.NoError(t, err)
	return s
}

func TestMemoryKeepsTheContract(t *testing.T) {
	replaytest.Run(t, func(t *testing.T, entries int, now func() time.Time) replay.Store {
		s, err := replay.NewMemory(entries, now)
		require.NoError(t, err)
		return s
	})
}

func TestDiskKeepsTheContract(t *testing.T) {
	replaytest.Run(t, func(t *testing.T, entries int, now func() time.Time) replay.Store {
		return openIn(t, t.TempDir(), entries, now)
	})
}

// reopened is a Disk that is closed and opened again before each Remember: the contract must not notice.
type reopened struct {
	t    *testing.T
	open func() *replay.Disk
	mu   sync.Mutex
	disk *replay.Disk
	done bool
}

func (r *reopened) Remember(ctx context.Context, key string, until time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.done {
		require.NoError(r.t, r.disk.Close())
		r.disk = r.open()
	}
	return r.disk.Remember(ctx, key, until)
}

func (r *reopened) Close() error { r.done = true; return r.disk.Close() }

func TestARestartChangesNothing(t *testing.T) {
	replaytest.Run(t, func(t *testing.T, entries int, now func() time.Time) replay.Store {
		name := t.TempDir()
		open := func() *replay.Disk { return openIn(t, name, entries, now) }
		return &reopened{t: t, open: open, disk: open()}
	})
}

func rememberForEver(name string) error {
	dir, err := paths.OpenDir(name)
	if err != nil {
		return err
	}
	c := replaytest.NewClock()
	s, err := replay.Open(dir, replay.MaxEntries, c.Now)
	if err != nil {
		return err
	}
	failed := make(chan error)
	var out sync.Mutex
	for worker := range 4 {
		go func() {
			for i := 0; ; i++ {
				key := strconv.Itoa(os.Getpid()) + "/" + strconv.Itoa(worker) + "/" + strconv.Itoa(i)
				if err := s.Remember(context.Background(), key, c.Now().Add(time.Hour)); err != nil {
					failed <- err
					return
				}
				out.Lock()
				_, err := os.Stdout.WriteString(key + "\n")
				out.Unlock()
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

func TestWhatWasAcknowledgedSurvivesKill9(t *testing.T) {
	name := t.TempDir()
	var acknowledged []string
	for round := range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashIn+"="+name)
		var complaint strings.Builder
		child.Stderr = &complaint
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		for len(acknowledged) < (round+1)*20 && lines.Scan() {
			acknowledged = append(acknowledged, lines.Text())
		}
		require.NoError(t, child.Process.Kill())
		for lines.Scan() { // said before it died
			acknowledged = append(acknowledged, lines.Text())
		}
		require.Error(t, child.Wait())
		require.Equal(t, syscall.SIGKILL, child.ProcessState.Sys().(syscall.WaitStatus).Signal(), complaint.String())
		require.GreaterOrEqual(t, len(acknowledged), (round+1)*20, complaint.String())

		c := replaytest.NewClock()
		s := openIn(t, name, replay.MaxEntries, c.Now)
		for _, key := range acknowledged {
			require.ErrorIs(t, s.Remember(t.Context(), key, c.Now().Add(time.Hour)), replay.ErrReplayed, key)
		}
		require.NoError(t, s.Close())
	}
}

func TestTwoProcessesDoNotShareAStore(t *testing.T) {
	name, c := t.TempDir(), replaytest.NewClock()
	first := openIn(t, name, 10, c.Now)
	dir, err := paths.OpenDir(name)
	require.NoError(t, err)
	defer dir.Close()
	_, err = replay.Open(dir, 10, c.Now)
	require.ErrorIs(t, err, paths.ErrLocked)
	require.NoError(t, first.Close())
	require.NoError(t, openIn(t, name, 10, c.Now).Close(), "closing gives it back")
}

func TestAStoreNeedsAllItsParts(t *testing.T) {
	dir, err := paths.OpenDir(t.TempDir())
	require.NoError(t, err)
	defer dir.Close()
	for name, tc := range map[string]struct {
		reason  string
		dir     *paths.Dir
		entries int
		now     func() time.Time
	}{
		"NoDirectory": {"it has nowhere to write", nil, 1, time.Now},
		"NoClock":     {"it cannot forget", dir, 1, nil},
		"NoEntries":   {"it could remember nothing", dir, 0, time.Now},
		"Negative":    {"less than nothing", dir, -1, time.Now},
		"Unbounded":   {"memory has a bound", dir, replay.MaxEntries + 1, time.Now},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := replay.Open(tc.dir, tc.entries, tc.now)
			require.ErrorIs(t, err, replay.ErrConfig, tc.reason)
			if tc.dir != nil {
				_, err = replay.NewMemory(tc.entries, tc.now)
				require.ErrorIs(t, err, replay.ErrConfig, tc.reason)
			}
		})
	}
}

func BenchmarkDiskShared(b *testing.B) {
	c := replaytest.NewClock()
	s := openIn(b, b.TempDir(), replay.MaxEntries, c.Now)
	defer s.Close()
	b.SetParallelism(64)
	var next sync.Mutex
	i := 0
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			next.Lock()
			i++
			key := strconv.Itoa(i)
			next.Unlock()
			if err := s.Remember(context.Background(), key, c.Now().Add(time.Hour)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
