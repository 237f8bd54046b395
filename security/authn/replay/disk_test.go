package replay

import (
	"context"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/paths"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func open(t require.TestingT, name string, now func() time.Time) (*Disk, error) {
	dir, err := paths.OpenDir(name)
	require.NoError(t, err)
	return Open(dir, 100, now)
}

// TestTornAndDamagedFiles: three keys were acknowledged, then something happened to the file.
func TestTornAndDamagedFiles(t *testing.T) {
	var whole []byte
	for i := range 3 {
		e, err := newEntry(context.Background(), strconv.Itoa(i), noon.Add(time.Hour))
		require.NoError(t, err)
		whole = appendRecord(whole, kindKey, e)
	}
	floor := appendRecord(nil, kindFloor, entry{until: noon.Add(2 * time.Hour).Unix()})
	join := func(parts ...[]byte) (all []byte) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	flip := func(at int) []byte { b := join(whole); b[at] ^= 1; return b }
	misnamed := join(whole[:recordSize])
	misnamed[0] = 'X'
	misnamed = append(misnamed[:recordSize-checkSize], check(misnamed[:recordSize-checkSize])...)
	for name, tc := range map[string]struct {
		reason string
		data   []byte
		open   error
		third  error // what the third key gets
	}{
		"Whole":       {"nothing happened", whole, nil, ErrReplayed},
		"Empty":       {"a store that never remembered", nil, nil, nil},
		"TornFourth":  {"a write that nobody was told of is dropped", join(whole, whole[:20]), nil, ErrReplayed},
		"TornThird":   {"the third was not acknowledged, or the disk lied", whole[:len(whole)-1], nil, nil},
		"ZeroedTail":  {"space was given, content was not", join(whole, make([]byte, 3*recordSize)), nil, ErrReplayed},
		"GarbageTail": {"nor is what a disk makes up", join(whole, []byte("garbage")), nil, ErrReplayed},
		"FirstBit":    {"a changed record before good ones was acknowledged", flip(0), ErrCorrupt, nil},
		"MiddleBit":   {"wherever", flip(recordSize + 20), ErrCorrupt, nil},
		"Shifted":     {"a lost byte damages all, so nothing good follows", whole[1:], nil, nil},
		"Kind":        {"a kind that we do not write", join(misnamed, whole), ErrCorrupt, nil},
		"Floor":       {"what may have been forgotten is refused", floor, nil, ErrTooLate},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(dir+"/"+logName, tc.data, 0o600))
			s, err := open(t, dir, func() time.Time { return noon })
			require.ErrorIs(t, err, tc.open, tc.reason)
			if err != nil {
				return
			}
			require.ErrorIs(t, s.Remember(t.Context(), "2", noon.Add(time.Hour)), tc.third, tc.reason)
			require.NoError(t, s.Close())
			again, err := open(t, dir, func() time.Time { return noon })
			require.NoError(t, err, "what was torn is mended")
			require.NoError(t, again.Close())
		})
	}
}

// failing is a file whose disk is full.
type failing struct{ write, sync error }

func (f failing) Write(p []byte) (int, error) { return len(p) / 2, f.write }
func (f failing) Sync() error                 { return f.sync }
func (failing) Close() error                  { return nil }

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	full := errors.New("no space left on device")
	for name, log := range map[string]failing{"Write": {write: full}, "Sync": {sync: full}} {
		t.Run(name, func(t *testing.T) {
			dir, now := t.TempDir(), noon
			s, err := open(t, dir, func() time.Time { return now })
			require.NoError(t, err)
			until := noon.Add(time.Hour)
			require.NoError(t, s.Remember(t.Context(), "before", until))
			require.NoError(t, s.log.Close())
			s.log = log

			err = s.Remember(t.Context(), "a", until)
			require.ErrorIs(t, err, ErrUnavailable)
			require.ErrorIs(t, err, full)
			require.ErrorContains(t, err, "hint:")
			require.ErrorIs(t, s.Remember(t.Context(), "b", until), ErrUnavailable, "nor what comes next, though its write might pass")
			require.ErrorIs(t, s.Remember(t.Context(), "a", until), ErrReplayed, "what was refused once stays refused")

			now = now.Add(retryAfter)
			require.NoError(t, s.Remember(t.Context(), "c", until), "a new file ends the trouble")
			require.NoError(t, s.Close())
			s, err = open(t, dir, func() time.Time { return now })
			require.NoError(t, err)
			for _, key := range []string{"before", "a", "b", "c"} {
				require.ErrorIs(t, s.Remember(t.Context(), key, until), ErrReplayed, key)
			}
			require.NoError(t, s.Close())
		})
	}
}

func TestADirectoryThatIsGone(t *testing.T) {
	dir, now := t.TempDir()+"/store", noon
	require.NoError(t, os.Mkdir(dir, 0o700))
	s, err := open(t, dir, func() time.Time { return now })
	require.NoError(t, err)
	s.broken = errors.New("unplugged")
	require.NoError(t, os.RemoveAll(dir))
	for range 3 {
		require.ErrorIs(t, s.Remember(t.Context(), now.String(), noon.Add(time.Hour)), ErrUnavailable)
		now = now.Add(retryAfter)
	}
	require.NoError(t, s.Close())
}

func TestTheFileStaysSmall(t *testing.T) {
	dir, now := t.TempDir(), noon
	s, err := open(t, dir, func() time.Time { return now })
	require.NoError(t, err)
	largest := int64(0)
	for i := range 3 * minRewrite {
		now = now.Add(time.Second)
		// Straight to the file: a flush to the disk for each would take a minute.
		b, err := s.join(mustEntry(t, strconv.Itoa(i), now.Add(10*time.Second)))
		require.NoError(t, err)
		s.records += len(b.records) / recordSize
		b.records = nil
		if s.records > minRewrite {
			require.NoError(t, s.rewrite())
			info, err := os.Stat(dir + "/" + logName)
			require.NoError(t, err)
			largest = max(largest, info.Size())
		}
	}
	require.LessOrEqual(t, largest, int64(12*recordSize), "ten that live, and the floor")
	require.LessOrEqual(t, len(s.table.seen), 10)
	require.LessOrEqual(t, len(s.table.next), 10)
	require.NoError(t, s.Close())
}

func mustEntry(t *testing.T, key string, until time.Time) entry {
	e, err := newEntry(context.Background(), key, until)
	require.NoError(t, err)
	return e
}

// TestNoKeyIsGoodTwice: whatever the clock does, between a key's success and its time there is no other.
func TestNoKeyIsGoodTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab, good := newTable(4), map[string]int64{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			key := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "key")
			now := rapid.Int64Range(0, 40).Draw(t, "now") // back and forth
			until := rapid.Int64Range(0, 60).Draw(t, "until")
			e, err := newEntry(context.Background(), key, time.Unix(until, 0))
			if err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "restart") {
				again := newTable(4)
				if err := load(dump(tab), again); err != nil {
					t.Fatal(err)
				}
				tab = again
			}
			if tab.add(e, time.Unix(now, 0)) != nil {
				continue
			}
			// A caller presents a signature with the same time again: it must never pass twice.
			if last, used := good[key]; used && until <= last {
				t.Fatalf("%s until %d was good although it was until %d", key, until, last)
			}
			good[key] = until
			if len(tab.seen) > tab.max {
				t.Fatalf("%d entries", len(tab.seen))
			}
		}
	})
}

// FuzzLoad: whatever a file holds, reading it does not panic, and what is read is written and read again the same.
func FuzzLoad(f *testing.F) {
	e := entry{until: noon.Unix()}
	f.Add([]byte{})
	f.Add(appendRecord(nil, kindKey, e))
	f.Add(appendRecord(appendRecord(nil, kindFloor, e), kindKey, entry{fingerprint{1}, -1}))
	f.Add(append(appendRecord(nil, kindKey, e), "torn"...))
	f.Fuzz(func(t *testing.T, data []byte) {
		first := newTable(10)
		if err := load(data, first); err != nil {
			require.ErrorIs(t, err, ErrCorrupt)
			return
		}
		second := newTable(10)
		require.NoError(t, load(dump(first), second))
		require.Equal(t, first.seen, second.seen)
		require.Equal(t, first.floor, second.floor)
	})
}
