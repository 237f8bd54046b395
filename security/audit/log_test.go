package audit

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

// ticking is a clock that a second passes on at every look.
func ticking() func() time.Time {
	var mu sync.Mutex
	at := time.Date(2026, 11, 23, 14, 0, 0, 7, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(time.Second)
		return at
	}
}

func newDir(t testing.TB) *paths.Dir {
	t.Helper()
	return dirAt(t, filepath.Join(t.TempDir(), "log"))
}

func dirAt(t testing.TB, name string) *paths.Dir {
	t.Helper()
	d, err := paths.MakeDir(name)
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func aKey() secret.Bytes { return secret.Move([]byte("a key of thirty-two bytes or so.")) }

func options() Options { return Options{Now: ticking(), SegmentBytes: MinSegment} }

func rotateKey(n int) Event {
	return Event{Actor: "ops/anna", Action: "key.rotate", Object: fmt.Sprintf("key/%d", n), Outcome: "ok", Fields: map[string]string{"n": fmt.Sprint(n), "reason": "the schedule of the quarter, as agreed"}}
}

// write appends n events and returns the heads that were acknowledged.
func write(t testing.TB, d *paths.Dir, o Options, n int) []Head {
	t.Helper()
	l, err := Open(d, o)
	require.NoError(t, err)
	heads := make([]Head, n)
	for i := range n {
		heads[i], err = l.Append(rotateKey(i))
		require.NoError(t, err)
	}
	require.NoError(t, l.Close())
	return heads
}

func TestALogIsWrittenContinuedAndVerified(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		key    secret.Bytes
	}{
		"Unkeyed": {"digests only", secret.Bytes{}},
		"Keyed":   {"only holders of the key can write it", aKey()},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDir(t)
			o := options()
			o.Key = tc.key
			first := write(t, d, o, 10)
			l, err := Open(d, o)
			require.NoError(t, err)
			require.Equal(t, first[9], l.Head(), "it goes on where it ended")
			last, err := l.Append(rotateKey(10))
			require.NoError(t, err)
			require.Equal(t, last, l.Head())
			require.NoError(t, l.Close())

			report, err := Verify(d, Expect{Key: tc.key, Head: first[3]})
			require.NoError(t, err, "a log may grow after its head was remembered")
			require.Equal(t, last, report.Head)
			require.Greater(t, report.Segments, 2, "segments of a kibibyte hold few records")
			require.Equal(t, tc.key.IsZero(), !report.Keyed)
			onDisk := int64(0)
			for _, name := range names(t, d) {
				info, err := os.Stat(filepath.Join(d.Path(), name))
				require.NoError(t, err)
				require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
				require.LessOrEqual(t, info.Size(), int64(MinSegment))
				onDisk += info.Size()
			}
			require.Equal(t, onDisk, report.Bytes)
			seq := uint64(0)
			prev := Hash{keyed: report.Keyed}
			for r, err := range Records(d, Range{Key: tc.key}) {
				require.NoError(t, err)
				seq++
				require.Equal(t, seq, r.Seq)
				require.Equal(t, prev, r.Prev)
				require.Equal(t, rotateKey(int(seq-1)), r.Event)
				prev = r.Hash
			}
			require.Equal(t, uint64(11), seq)
		})
	}
}

// names are the segments of a log.
func names(t testing.TB, d *paths.Dir) []string {
	t.Helper()
	list, err := segments(d)
	require.NoError(t, err)
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = s.name
	}
	return all
}

func TestTheFormIsFixed(t *testing.T) {
	length := func(n int) string { return string([]byte{0, 0, 0, 0, 0, 0, byte(n >> 8), byte(n)}) }
	digest := func(label, body string) hashes.Digest {
		return hashes.Of([]byte(length(len(label)) + label + length(4) + "body" + length(len(body)) + body))
	}
	mac := func(body string) string {
		sum, err := hashes.MAC([]byte("a key of thirty-two bytes or so."), digest("virtengine/audit/record/hmac/v1", body).Bytes())
		require.NoError(t, err)
		return hex.EncodeToString(sum)
	}
	for name, tc := range map[string]struct {
		reason string
		key    secret.Bytes
		prefix string
		hash   func(body string) string // without its prefix
	}{
		"Unkeyed": {"a digest with its domain", secret.Bytes{}, "sha256:", func(body string) string {
			return hex.EncodeToString(digest("virtengine/audit/record/v1", body).Bytes())
		}},
		"Keyed": {"a MAC of a digest with another domain", aKey(), "hmac-sha256:", mac},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDir(t)
			o := options()
			o.Key = tc.key
			l, err := Open(d, o)
			require.NoError(t, err)
			_, err = l.Append(Event{Actor: "a\"\\\x7f", Action: "é", Object: "\U0001F511\n", Outcome: "ok", Fields: map[string]string{"b": "<&>", "a": "", "a.b": "\u202e"}})
			require.NoError(t, err)
			require.NoError(t, l.Close())
			data, err := d.ReadFile(segmentOf(1).name, MaxRecord)
			require.NoError(t, err)
			body := `{"v":1,"seq":1,"time":"2026-11-23T14:00:01.000000007Z","actor":"a\"\\\u007f","action":"\u00e9","object":"\ud83d\udd11\u000a","outcome":"ok","fields":{"a":"","a.b":"\u202e","b":"<&>"},"prev":"` + tc.prefix + strings.Repeat("0", 64) + `"`
			require.Equal(t, body+`,"hash":"`+tc.prefix+tc.hash(body)+"\"}\n", string(data), "logs of years ago have to be read: the documented bytes never change (%s)", tc.reason)
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	now := ticking()
	for name, tc := range map[string]struct {
		reason string
		o      Options
		want   error
	}{
		"NoClock":      {"times come from somewhere", Options{}, ErrOption},
		"TinySegments": {"a file per record is too much", Options{Now: now, SegmentBytes: MinSegment - 1}, ErrOption},
		"HugeSegments": {"nobody copies such files", Options{Now: now, SegmentBytes: MaxSegment + 1}, ErrOption},
		"ShortKey":     {"it can be guessed", Options{Now: now, Key: secret.Move([]byte("short"))}, hashes.ErrKey},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(newDir(t), tc.o)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	_, err := Open(nil, options())
	require.ErrorIs(t, err, ErrOption)
	_, err = Verify(nil, Expect{})
	require.ErrorIs(t, err, ErrOption)

	d := newDir(t)
	require.NoError(t, os.Chmod(d.Path(), 0o750))
	_, err = Open(d, options())
	require.ErrorIs(t, err, paths.ErrNotPrivate, "others may not look into it")
}

func TestOneWriterAtATime(t *testing.T) {
	d := newDir(t)
	l, err := Open(d, options())
	require.NoError(t, err)
	_, err = Open(d, options())
	require.ErrorIs(t, err, paths.ErrLocked)
	_, err = l.Append(rotateKey(1))
	require.NoError(t, err)
	_, err = Verify(d, Expect{})
	require.NoError(t, err, "who reads needs no lock")
	require.NoError(t, l.Close())
	require.ErrorIs(t, l.Close(), ErrClosed)
	_, err = l.Append(rotateKey(2))
	require.ErrorIs(t, err, ErrClosed)
	l, err = Open(d, options())
	require.NoError(t, err, "the lock was given back")
	require.NoError(t, l.Close())
}

func TestAStrangerPastTheLockIsFound(t *testing.T) {
	d := newDir(t)
	heads := write(t, d, options(), 10)
	list, err := segments(d)
	require.NoError(t, err)
	second := list[1]
	for _, s := range list {
		require.NoError(t, d.Remove(s.name))
	}
	l, err := Open(d, options()) // its clock and events are the same, so its segments are too
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(d.Path(), second.name), []byte("planted"), 0o600))
	for i := range second.first - 1 {
		h, err := l.Append(rotateKey(int(i)))
		require.NoError(t, err)
		require.Equal(t, heads[i], h)
	}
	_, err = l.Append(rotateKey(0))
	require.ErrorIs(t, err, ErrFailed)
	require.ErrorIs(t, err, ErrBroken)
	require.NoError(t, l.Close())
}
