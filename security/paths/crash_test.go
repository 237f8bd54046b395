package paths

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// crashAt names the child that dies: DIR STEP KIND.
const crashAt = "PATHS_TEST_CRASH"

// stepTorn is in the middle of the content.
const stepTorn step = "torn"

var (
	oldContent = bytes.Repeat([]byte("old"), 50_000)
	newContent = bytes.Repeat([]byte("new!"), 70_000)
)

func TestMain(m *testing.M) {
	if what := os.Getenv(crashAt); what != "" {
		f := strings.Fields(what)
		die(f[0], step(f[1]), f[2])
		os.Exit(3) // it should have been killed
	}
	os.Exit(m.Run())
}

// die writes a file and is killed, as by kill -9, at a step.
func die(dir string, at step, kind string) {
	d, err := OpenDir(dir)
	if err != nil {
		panic(err)
	}
	reached := func(s step) {
		if s == at {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	d.step = reached
	switch kind {
	case "replace":
		half := len(newContent) / 2
		torn := reader(func([]byte) (int, error) { reached(stepTorn); return 0, io.EOF })
		content := io.MultiReader(bytes.NewReader(newContent[:half]), torn, bytes.NewReader(newContent[half:]))
		err = d.WriteFrom("state", content, int64(len(newContent)), PrivateReadOnly)
	case "create":
		err = d.CreateFile("state", newContent, PrivateReadOnly)
	}
	if err != nil {
		panic(err)
	}
}

type reader func([]byte) (int, error)

func (r reader) Read(p []byte) (int, error) { return r(p) }

func TestAKilledWriterLeavesTheOldOrTheNew(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		kind   string
		at     step
		want   []byte // nil: no file
	}{
		"ReplaceClaimed": {"nothing is written yet", "replace", stepClaimed, oldContent},
		"ReplaceTorn":    {"half is written, elsewhere", "replace", stepTorn, oldContent},
		"ReplaceWritten": {"all is written, but perhaps not on disk", "replace", stepWritten, oldContent},
		"ReplaceSynced":  {"it has no name yet", "replace", stepSynced, oldContent},
		"ReplaceNamed":   {"from here on it is new", "replace", stepNamed, newContent},
		"ReplaceDurable": {"and stays so", "replace", stepDurable, newContent},
		"CreateClaimed":  {"no file rather than an empty one", "create", stepClaimed, nil},
		"CreateWritten":  {"no file rather than one that may be torn", "create", stepWritten, nil},
		"CreateSynced":   {"it has no name yet", "create", stepSynced, nil},
		"CreateLinked":   {"it has two names, of which one is its own", "create", stepLinked, newContent},
		"CreateNamed":    {"it is there", "create", stepNamed, newContent},
		"CreateDurable":  {"and stays so", "create", stepDurable, newContent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			d, err := OpenDir(dir)
			require.NoError(t, err)
			defer d.Close()
			for round := range 3 {
				if tc.kind == "replace" {
					require.NoError(t, d.WriteFile("state", oldContent, Private))
				} else if round > 0 {
					err := d.Remove("state")
					require.True(t, err == nil || errors.Is(err, fs.ErrNotExist), "%v", err)
				}
				child := exec.Command(os.Args[0])
				child.Env = append(os.Environ(), crashAt+"="+dir+" "+string(tc.at)+" "+tc.kind)
				out, err := child.CombinedOutput()
				var exit *exec.ExitError
				require.ErrorAs(t, err, &exit, "%s", out)
				require.Equal(t, syscall.SIGKILL, exit.Sys().(syscall.WaitStatus).Signal(), "%s", out)

				data, err := d.ReadFile("state", 1<<20)
				if tc.want == nil {
					require.ErrorIs(t, err, fs.ErrNotExist, tc.reason)
				} else {
					require.NoError(t, err, tc.reason)
					require.True(t, bytes.Equal(tc.want, data), tc.reason)
				}
				raw, err := os.ReadDir(dir)
				require.NoError(t, err)
				require.LessOrEqual(t, len(raw), 2, "leftovers do not add up")
				listed, err := d.List(10)
				require.NoError(t, err)
				require.Len(t, listed, min(len(tc.want), 1), "nobody sees a leftover")
			}
			require.NoError(t, d.WriteFile("state", []byte("next"), Private), "the next writer is not held up")
			raw, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, raw, 1, "and takes what was left away")
		})
	}
}

func TestRemoveTakesLeftoversAlong(t *testing.T) {
	d, err := OpenDir(t.TempDir())
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.WriteFile("x", oldContent, Private))
	require.NoError(t, os.WriteFile(d.Path()+"/.x.next", newContent[:100], 0o600))
	require.NoError(t, d.Remove("x"))
	raw, err := os.ReadDir(d.Path())
	require.NoError(t, err)
	require.Empty(t, raw)

	// A living writer's unfinished file is his.
	require.NoError(t, d.WriteFile("x", oldContent, Private))
	writer, err := d.Sub(".")
	require.NoError(t, err)
	defer writer.Close()
	writer.step = func(s step) {
		if s == stepSynced {
			require.NoError(t, d.Remove("x"))
		}
	}
	require.NoError(t, writer.WriteFile("x", newContent, Private))
	data, err := d.ReadFile("x", 1<<20)
	require.NoError(t, err)
	require.True(t, bytes.Equal(newContent, data))
}

// TestStepsComeInTheirOrder is what a crash of the machine needs, which no test can cause: on disk before it has a name.
func TestStepsComeInTheirOrder(t *testing.T) {
	d, err := OpenDir(t.TempDir())
	require.NoError(t, err)
	defer d.Close()
	var seen []step
	d.step = func(s step) { seen = append(seen, s) }
	require.NoError(t, d.WriteFile("x", oldContent, Private))
	require.Equal(t, []step{stepClaimed, stepWritten, stepSynced, stepNamed, stepDurable}, seen)
	seen = nil
	require.NoError(t, d.CreateFile("y", oldContent, Private))
	require.Equal(t, []step{stepClaimed, stepWritten, stepSynced, stepLinked, stepNamed, stepDurable}, seen)
}

// TestALockIsGivenBackAlthoughAChildHasIt: between fork and exec a child shares every open file.
func TestALockIsGivenBackAlthoughAChildHasIt(t *testing.T) {
	d, err := OpenDir(t.TempDir())
	require.NoError(t, err)
	defer d.Close()
	l, err := d.Lock("lock")
	require.NoError(t, err)
	childs, err := syscall.Dup(int(l.file.Fd()))
	require.NoError(t, err)
	defer syscall.Close(childs)
	require.NoError(t, l.Close())
	again, err := d.Lock("lock")
	require.NoError(t, err)
	require.NoError(t, again.Close())
}
