package exec_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/exec"
)

// held is a pipe whose reading end is at its end once every process that was given the other has ended.
func held(t *testing.T) (*os.File, *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

// nobodyHolds waits until every process that was given w has ended.
func nobodyHolds(t *testing.T, r, w *os.File) {
	t.Helper()
	require.NoError(t, w.Close())
	require.NoError(t, r.SetReadDeadline(time.Now().Add(time.Minute)))
	_, err := r.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "a process was left behind")
}

// ready starts a role and returns when it has said that it is ready.
func ready(t *testing.T, ctx context.Context, c exec.Command) *exec.Process {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close() })
	c.Stdout = w
	p, err := children(t, nil).Start(ctx, c)
	require.NoError(t, errors.Join(err, w.Close()))
	t.Cleanup(func() { p.Stop(0) })
	line, err := bufio.NewReader(r).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	return p
}

func TestTheWholeTreeEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		end    func(t *testing.T, p *exec.Process, cancel context.CancelFunc)
	}{
		"Cancelled": {"when the context is", func(t *testing.T, p *exec.Process, cancel context.CancelFunc) {
			cancel()
			require.ErrorIs(t, p.Wait(), context.Canceled)
		}},
		"Stopped": {"when it is stopped and does not mind", func(t *testing.T, p *exec.Process, _ context.CancelFunc) {
			require.ErrorIs(t, p.Stop(time.Millisecond), exec.ErrDeadline)
		}},
		"Killed": {"when only the first is killed", func(t *testing.T, p *exec.Process, _ context.CancelFunc) {
			require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
			var exit *exec.ExitError
			require.ErrorAs(t, p.Wait(), &exit)
			require.Equal(t, syscall.SIGKILL, exit.Signal)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			r, w := held(t)
			c := started("tree")
			c.Files = []*os.File{w}
			tc.end(t, ready(t, ctx, c), cancel)
			nobodyHolds(t, r, w)
		})
	}
}

func TestNobodyIsLeftBehindWhenTheFirstEnds(t *testing.T) {
	r, w := held(t)
	c := as("leave")
	c.Files = []*os.File{w}
	out, err := children(t, nil).Run(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, out.Stdout)
	nobodyHolds(t, r, w)
}

func TestTheProgramEndsWhenWeDo(t *testing.T) {
	self := testBinary(t)
	stages, err := exec.NewSelf(child)
	require.NoError(t, err)
	r, w := held(t)
	said, says, err := os.Pipe()
	require.NoError(t, err)
	defer said.Close()
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	p, err := stages.Start(exec.SelfPath, []string{self, child, "parent"}, []*os.File{null, says, os.Stderr, w}, nil)
	require.NoError(t, errors.Join(err, says.Close()))
	lines := bufio.NewReader(said)
	for range 2 { // the parent and its child
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", line)
	}
	require.NoError(t, p.Kill())
	_, err = p.Wait()
	require.NoError(t, err)
	nobodyHolds(t, r, w)
}

func TestStopAsksFirst(t *testing.T) {
	p := ready(t, t.Context(), started("polite"))
	require.NoError(t, p.Stop(long), "it ends when asked")
	require.NoError(t, p.Wait(), "and well")
	require.NoError(t, p.Stop(long), "twice is no error")
	require.ErrorIs(t, p.Signal(syscall.SIGTERM), exec.ErrEnded, "its number may be another's")
	<-p.Done()
}

func TestStopEndsWhoIsStopped(t *testing.T) {
	p := ready(t, t.Context(), started("polite"))
	require.NoError(t, p.Signal(syscall.SIGSTOP))
	require.NoError(t, p.Stop(long), "a stopped process is continued to see the signal")
}

func TestDeadlines(t *testing.T) {
	r := children(t, nil)
	c := as("hang")
	c.Timeout = 0
	_, err := r.Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrDeadline, "nothing runs without a deadline")
	c.Timeout = 20 * time.Millisecond
	_, err = r.Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrDeadline)
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "how it ended is kept")
	require.Equal(t, syscall.SIGKILL, exit.Signal)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = r.Run(ctx, as("hang"))
	require.ErrorIs(t, err, exec.ErrDeadline, "the caller's deadline counts too")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = r.Run(ctx, as("look"))
	require.ErrorIs(t, err, exec.ErrDeadline, "nothing is started when it is over")

	_, err = r.Start(t.Context(), as("hang"))
	require.ErrorIs(t, err, exec.ErrCommand, "a process that is stopped has no timeout")
}

func TestHowAProgramEnded(t *testing.T) {
	r := children(t, nil)
	out, err := r.Run(t.Context(), as("exit", "0"))
	require.NoError(t, err)
	require.Equal(t, "printed before", string(out.Stdout))

	out, err = r.Run(t.Context(), as("exit", "42"))
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, exec.ExitError{Program: "child", Code: 42, Stderr: "complained\x1b[2J before"}, *exit)
	require.Equal(t, "program child: exit code 42\ncomplained?[2J before", err.Error(), "what it printed steers no terminal")
	require.Equal(t, "printed before", string(out.Stdout), "what it printed is kept")

	_, err = r.Run(t.Context(), as("die"))
	require.ErrorAs(t, err, &exit)
	require.Equal(t, exec.ExitError{Program: "child", Code: -1, Signal: syscall.SIGKILL}, *exit)
}

func TestWhatAProgramIsGiven(t *testing.T) {
	stray, err := unix.Open(os.DevNull, unix.O_RDONLY, 0) // without O_CLOEXEC, as a careless library would
	require.NoError(t, err)
	defer unix.Close(stray)
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	c := as("look")
	c.Files = []*os.File{null, null}
	s := lookAround(t, children(t, nil), c)
	require.Equal(t, []string{"0", "1", "2", "3", "4"}, s.Descriptors, "no descriptor but the given ones")
	require.Equal(t, "1", s.Status["NoNewPrivs"], "set-user-id files give it nothing")
	require.True(t, s.Session, "it has no terminal")
	require.Empty(t, s.Env)
	require.Equal(t, "/", s.Dir)
}

func TestLimitsAreSet(t *testing.T) {
	c := started("polite")
	c.Limits = exec.Limits{CPU: 1500 * time.Millisecond, MemoryBytes: 1 << 40, FileBytes: 1 << 20, OpenFiles: 100, Processes: 1000}
	p := ready(t, t.Context(), c)
	for _, tc := range []struct {
		what     string
		resource int
		want     uint64
	}{
		{"whole seconds, rounded up", unix.RLIMIT_CPU, 2},
		{"address space", unix.RLIMIT_AS, 1 << 40},
		{"files it writes", unix.RLIMIT_FSIZE, 1 << 20},
		{"open files", unix.RLIMIT_NOFILE, 100},
		{"processes", unix.RLIMIT_NPROC, 1000},
		{"no core dump, which holds secrets", unix.RLIMIT_CORE, 0},
	} {
		var got unix.Rlimit
		require.NoError(t, unix.Prlimit(p.PID(), tc.resource, nil, &got))
		require.Equal(t, tc.want, got.Max, tc.what)
	}
}

func TestCommandsThatCannotBe(t *testing.T) {
	r := children(t, nil)
	for name, tc := range map[string]struct {
		reason string
		change func(c *exec.Command)
	}{
		"NilFile":        {"its number would be another's", func(c *exec.Command) { c.Files = []*os.File{nil} }},
		"ManyFiles":      {"more than anyone needs", func(c *exec.Command) { c.Files = make([]*os.File, 1000) }},
		"NegativeOutput": {"nonsense", func(c *exec.Command) { c.MaxOutput = -1 }},
		"EndlessOutput":  {"our memory", func(c *exec.Command) { c.MaxOutput = 1 << 40 }},
		"NegativeDrain":  {"nonsense", func(c *exec.Command) { c.Drain = -1 }},
		"NegativeLimit":  {"nonsense", func(c *exec.Command) { c.Limits.CPU = -1 }},
		"NoSignal":       {"there is none of this number", func(c *exec.Command) { c.DeathSignal = 65 }},
		"ToRoot":         {"nobody changes to root", func(c *exec.Command) { c.User = &exec.User{UID: 0, GID: 5} }},
		"ToRootsGroup":   {"nor to its group", func(c *exec.Command) { c.User = &exec.User{UID: 5} }},
	} {
		t.Run(name, func(t *testing.T) {
			c := as("look")
			tc.change(&c)
			_, err := r.Run(t.Context(), c)
			require.ErrorIs(t, err, exec.ErrCommand, tc.reason)
		})
	}
}

func TestAnotherUser(t *testing.T) {
	dir, err := os.MkdirTemp("", "exec") // others must reach it
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	program := copyOf(t, filepath.Join(dir, "program"), func(b []byte) []byte { return b })
	r, err := exec.NewRegistry(config(), exec.Program{Name: "child", File: program, Args: roles()})
	require.NoError(t, err)
	c := as("look")
	c.User = &exec.User{UID: 12345, GID: 23456, Groups: []uint32{34567}}
	if !everyUser(t) {
		_, err := r.Run(t.Context(), c)
		require.Error(t, err, "who may not change the user does not run the program as another")
		return
	}
	s := lookAround(t, r, c)
	require.Equal(t, "12345\t12345\t12345\t12345", s.Status["Uid"])
	require.Equal(t, "23456\t23456\t23456\t23456", s.Status["Gid"])
	require.Equal(t, "34567", s.Status["Groups"], "none of our groups are kept")
	require.Equal(t, "0000000000000000", s.Status["CapEff"], "nor capabilities")
}

// everyUser says whether we are root, and not merely of a user namespace that knows few users.
func everyUser(t *testing.T) bool {
	t.Helper()
	raw, err := os.ReadFile("/proc/self/uid_map")
	require.NoError(t, err)
	return os.Geteuid() == 0 && slices.Equal(strings.Fields(string(raw)), []string{"0", "0", "4294967295"})
}
