package audit

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

var errCrash = errors.New("the machine stops here")

// dying is a disk that takes so many bytes, with each fsync counted as one, and then nothing any more.
type dying struct {
	file
	left   *int
	name   string
	size   int64
	synced map[string]int64 // file -> bytes that survive a power cut
}

func (d *dying) Write(p []byte) (int, error) {
	n := min(len(p), *d.left)
	*d.left -= n
	written, err := d.file.Write(p[:n])
	d.size += int64(written)
	if err == nil && n < len(p) {
		err = errCrash
	}
	return written, err
}

func (d *dying) Sync() error {
	if *d.left == 0 {
		return errCrash
	}
	*d.left--
	d.synced[d.name] = d.size
	return nil // the test looks at the file, not at the disk: a real fsync would cost minutes
}

// dyingAfter makes options whose files die after so many steps.
func dyingAfter(steps int, synced map[string]int64) Options {
	o := options()
	o.wrap = func(f file) file {
		real := f.(*os.File)
		info, err := real.Stat()
		if err != nil {
			return f
		}
		name := filepath.Base(real.Name())
		synced[name] = info.Size()
		return &dying{file: f, left: &steps, name: name, size: info.Size(), synced: synced}
	}
	return o
}

// afterwards checks that what was acknowledged is there, that a new start goes on, and returns how many records there were.
func afterwards(t *testing.T, d *paths.Dir, acked []Head, at int) {
	t.Helper()
	l, err := Open(d, options())
	require.NoError(t, err, "stopped after %d", at)
	aside := l.SetAside()
	if aside.Bytes > 0 {
		kept, err := d.ReadFile(aside.File, MaxRecord)
		require.NoError(t, err)
		require.Len(t, kept, aside.Bytes)
		require.Equal(t, aside.Digest, hashes.Of(kept))
	}
	_, err = l.Append(rotateKey(99))
	require.NoError(t, err)
	require.NoError(t, l.Close())
	seen := map[Head]bool{}
	told := false
	for r, err := range Records(d, Range{}) {
		require.NoError(t, err, "stopped after %d", at)
		seen[r.Head()] = true
		told = told || r.Action == "log.recover" && r.Object == aside.File && r.Fields["digest"] == aside.Digest.String()
	}
	require.Equal(t, aside.Bytes > 0, told, "the chain remembers what was set aside, and only that")
	for _, h := range acked {
		require.True(t, seen[h], "stopped after %d: record %d was acknowledged", at, h.Seq)
	}
	if len(acked) > 0 {
		_, err = Verify(d, Expect{Head: acked[len(acked)-1]})
		require.NoError(t, err)
	}
}

func TestStoppingAtEveryByteAndFsync(t *testing.T) {
	const events = 3 // the third begins a segment
	for name, tc := range map[string]struct {
		reason string
		keep   func(synced, written int64) int64 // how much of a file there is after the stop
	}{
		"Killed":    {"the kernel has all that was written", func(_, written int64) int64 { return written }},
		"PowerCut":  {"the disk has what was fsynced", func(synced, _ int64) int64 { return synced }},
		"HalfThere": {"the disk has some of the rest too", func(synced, written int64) int64 { return (synced + written + 1) / 2 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			setAside, total := 0, 0
			for at := 0; ; at++ {
				d := dirAt(t, filepath.Join(dir, fmt.Sprint(at)))
				synced := map[string]int64{}
				l, err := Open(d, dyingAfter(at, synced))
				var acked []Head
				if at == 0 { // Open fsyncs what it found
					require.ErrorIs(t, err, errCrash)
					afterwards(t, d, nil, at)
					continue
				}
				require.NoError(t, err)
				for i := range events {
					h, err := l.Append(rotateKey(i))
					if err != nil {
						require.ErrorIs(t, err, ErrFailed)
						require.ErrorIs(t, err, errCrash)
						_, err = l.Append(rotateKey(i))
						require.ErrorIs(t, err, ErrFailed, "nothing is acknowledged behind a hole")
						break
					}
					acked = append(acked, h)
				}
				require.NoError(t, l.Close())
				for name, size := range synced {
					whole := filepath.Join(d.Path(), name)
					info, err := os.Stat(whole)
					require.NoError(t, err)
					require.NoError(t, os.Truncate(whole, tc.keep(size, info.Size())))
				}
				afterwards(t, d, acked, at)
				entries, err := d.List(MaxEntries)
				require.NoError(t, err)
				for _, e := range entries {
					if strings.HasPrefix(e.Name(), tornPrefix) {
						setAside++
					}
				}
				require.NoError(t, d.Close())
				require.NoError(t, os.RemoveAll(d.Path()))
				total++
				if len(acked) == events {
					break
				}
			}
			require.Greater(t, total, 1000, "every byte of three records was a place to stop")
			if name != "PowerCut" {
				require.Greater(t, setAside, total/2, "most stops are within a record")
			}
		})
	}
}

func TestACrashWhileSettingAside(t *testing.T) {
	d := newDir(t)
	heads := write(t, d, options(), 2)
	f := contents(t, d)
	last := segmentOf(1).name
	torn := f[last][len(f[last])-30:]
	f[last] = append(f[last], f[last][:100]...)
	f.put(t, d)
	_, err := Verify(d, Expect{Head: heads[1]})
	require.ErrorIs(t, err, ErrTorn, "who only reads sees the incomplete record")
	require.NotErrorIs(t, err, ErrBroken)
	require.NotErrorIs(t, err, ErrHead)
	_, err = Verify(d, Expect{Head: Head{Seq: 3}})
	require.ErrorIs(t, err, ErrTorn)
	require.ErrorIs(t, err, ErrHead, "both are told")

	same := fmt.Sprintf("%s%020d-001", tornPrefix, 3)
	other := fmt.Sprintf("%s%020d-000", tornPrefix, 3)
	require.NoError(t, d.CreateFile(other, torn, paths.Private)) // of an earlier crash at the same record
	require.NoError(t, d.CreateFile(same, f[last][:100], paths.Private))
	l, err := Open(d, options())
	require.NoError(t, err)
	require.Equal(t, same, l.SetAside().File, "what the crash left of setting aside is used")
	require.Equal(t, int64(len(f[last])-100), l.SetAside().Offset)
	require.Equal(t, uint64(3), l.Head().Seq, "a record about it")
	require.NoError(t, l.Close())
	kept, err := d.ReadFile(other, MaxRecord)
	require.NoError(t, err)
	require.Equal(t, torn, kept, "nothing that was set aside is overwritten")
	_, err = Verify(d, Expect{Head: heads[1]})
	require.NoError(t, err)
}

// killIn names the log of a child that appends until it is killed.
const killIn = "AUDIT_TEST_KILL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(killIn); dir != "" {
		fmt.Fprintln(os.Stderr, appendForever(dir))
		os.Exit(3) // it should have been killed
	}
	os.Exit(m.Run())
}

// appendForever prints each head that was acknowledged, in one write, so that none is torn.
func appendForever(dir string) error {
	d, err := paths.OpenDir(dir)
	if err != nil {
		return err
	}
	l, err := Open(d, Options{Now: time.Now, SegmentBytes: 8 * MinSegment})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for range 4 {
		go func() {
			for i := 0; ; i++ {
				h, err := l.Append(rotateKey(i))
				if err == nil {
					_, err = os.Stdout.WriteString(h.String() + "\n")
				}
				if err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

func TestKilledWhileAppending(t *testing.T) {
	d := newDir(t)
	acked := map[Head]bool{}
	var last Head
	for round := range 25 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), killIn+"="+d.Path())
		var stderr strings.Builder
		child.Stderr = &stderr
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		var once sync.Once
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			h, err := ParseHead(lines.Text())
			require.NoError(t, err)
			require.False(t, acked[h])
			acked[h] = true
			if h.Seq > last.Seq {
				last = h
			}
			if n >= 3+round*7%40 {
				once.Do(func() { require.NoError(t, child.Process.Kill()) })
			}
		}
		var exit *exec.ExitError
		require.ErrorAs(t, child.Wait(), &exit, stderr.String())
		require.Equal(t, syscall.SIGKILL, exit.Sys().(syscall.WaitStatus).Signal(), stderr.String())
		_, err = Verify(d, Expect{Head: last})
		if !errors.Is(err, ErrTorn) {
			require.NoError(t, err)
		}
	}
	l, err := Open(d, options())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	report, err := Verify(d, Expect{Head: last})
	require.NoError(t, err)
	require.Greater(t, report.Segments, 3)
	for r, err := range Records(d, Range{}) {
		require.NoError(t, err)
		delete(acked, r.Head())
	}
	require.Empty(t, acked, "every acknowledged record is there")
}

func TestWhatAKilledWriterLeftIsFsynced(t *testing.T) {
	d := newDir(t)
	write(t, d, options(), 1)
	o := options()
	synced := map[string]int64{}
	o.wrap = func(f file) file { return &dying{file: f, left: new(int), name: "last", synced: synced} }
	_, err := Open(d, o)
	require.ErrorIs(t, err, errCrash, "a record that only the kernel has is no ground to go on from")
	l, err := Open(d, options())
	require.NoError(t, err, "the lock was given back")
	require.NoError(t, l.Close())
}

func TestAFailedFsyncEndsTheLog(t *testing.T) {
	d := newDir(t)
	o := options()
	good := true
	o.wrap = func(f file) file { return noSync{f, &good} }
	l, err := Open(d, o)
	require.NoError(t, err)
	good = false
	l.token <- struct{}{}
	var all sync.WaitGroup
	for i := range 5 {
		all.Go(func() {
			_, err := l.Append(rotateKey(i))
			if !errors.Is(err, ErrFailed) || !errors.Is(err, syscall.EIO) {
				t.Errorf("all who waited for it are told: %v", err)
			}
		})
	}
	untilWaiting(l, 5)
	<-l.token
	all.Wait()
	require.Zero(t, l.Head().Seq)
	good = true
	_, err = l.Append(rotateKey(9))
	require.ErrorIs(t, err, ErrFailed, "the next fsync would succeed and mean nothing")
	require.NoError(t, l.Close())
	l, err = Open(d, options())
	require.NoError(t, err, "opening checks what is there")
	require.NoError(t, l.Close())
}

type noSync struct {
	file
	good *bool
}

func (n noSync) Sync() error {
	if *n.good {
		return nil
	}
	return syscall.EIO
}
