package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func lineOf(t testing.TB, r Record) []byte {
	t.Helper()
	body, err := appendBody(nil, r)
	require.NoError(t, err)
	return appendHash(body, r.Hash)
}

// anyEvent is any event within the bounds.
func anyEvent() *rapid.Generator[Event] {
	text := func(least, most int) *rapid.Generator[string] { return rapid.StringN(least, most/4, most) }
	name := rapid.StringMatching(`[a-z][a-z0-9_.-]{0,20}`)
	return rapid.Custom(func(t *rapid.T) Event {
		return Event{
			Actor: text(1, MaxActor).Draw(t, "actor"), Action: text(1, MaxAction).Draw(t, "action"),
			Object: text(0, MaxObject).Draw(t, "object"), Outcome: text(1, MaxOutcome).Draw(t, "outcome"),
			Fields: rapid.MapOfN(name, text(0, 100), 0, MaxFields).Draw(t, "fields"),
		}
	})
}

func TestWhatIsWrittenIsReadAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sums [2]Hash
		for i := range sums {
			copy(sums[i].sum[:], rapid.SliceOfN(rapid.Byte(), hashSize, hashSize).Draw(t, "sum"))
			sums[i].keyed = rapid.Bool().Draw(t, "keyed")
		}
		nano := rapid.Int64Range(0, 1e9-1).Draw(t, "nano")
		second := rapid.Int64Range(-62_135_596_800, 253_402_300_799).Draw(t, "second") // years 1 to 9999
		want := Record{Seq: rapid.Uint64().Draw(t, "seq"), Time: time.Unix(second, nano).UTC(), Event: anyEvent().Draw(t, "event"), Prev: sums[0], Hash: sums[1]}
		body, err := appendBody(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		n := len(body)
		line := appendHash(body, want.Hash)
		got, gotBody, err := parse(line)
		if err != nil {
			t.Fatal(err)
		}
		require.Equal(t, want, got)
		require.Equal(t, string(line[:n]), string(gotBody))
		var plain map[string]any
		require.NoError(t, json.Unmarshal(line, &plain), "any JSON reader reads it")
		require.Equal(t, want.Object, plain["object"])
	})
}

func TestMaskingKeepsTheBoundsAndIsDoneOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent().Draw(t, "event")
		once := e.masked()
		if err := once.check(); err != nil {
			t.Fatal(err)
		}
		require.Equal(t, once, once.masked())
	})
}

func TestAYearThatCannotBeWrittenIsRefused(t *testing.T) {
	for _, at := range []time.Time{time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)} {
		d := newDir(t)
		l, err := Open(d, Options{Now: func() time.Time { return at }})
		require.NoError(t, err)
		_, err = l.Append(rotateKey(1))
		require.ErrorIs(t, err, ErrEvent)
		require.NoError(t, l.Close())
	}
}

func FuzzRecord(f *testing.F) {
	good := lineOf(f, Record{Seq: 1, Time: time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC), Event: rotateKey(1)})
	f.Add(good)
	f.Add(bytes.Replace(good, []byte("2026-11-23"), []byte("2026-02-30"), 1))
	f.Add(bytes.Replace(good, []byte(`"v":1`), []byte(`"V":1`), 1))
	f.Add([]byte("{}\n"))
	f.Add([]byte("null\n"))
	f.Add([]byte(strings.Repeat("[", 20_000) + "\n"))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, body, err := parse(line)
		if err != nil {
			if !errors.Is(err, errForm) {
				t.Fatal(err)
			}
			return
		}
		if again := lineOf(t, r); !bytes.Equal(again, line) {
			t.Fatalf("two spellings of one record:\n%s%s", line, again)
		}
		if !bytes.HasPrefix(line, body) || r.check() != nil {
			t.Fatalf("%s", line)
		}
	})
}

func FuzzHead(f *testing.F) {
	f.Add("1:sha256:" + strings.Repeat("0", 64))
	f.Add("2:hmac-sha256:" + strings.Repeat("f", 64))
	f.Add("0:")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ParseHead(text)
		if err == nil && h.String() != text {
			t.Fatalf("%q and %q are one head", text, h)
		}
		if err != nil && !errors.Is(err, ErrFormat) {
			t.Fatal(err)
		}
	})
}

// FuzzSegment reads any bytes as the second segment of a log.
func FuzzSegment(f *testing.F) {
	source := newDir(f)
	write(f, source, options(), 4)
	good := contents(f, source)
	order := good.sorted()
	second := good[order[1]]
	f.Add(second)
	f.Add(second[:len(second)-10])
	f.Add(append(second[:len(second):len(second)], 'x'))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newScan(nil, sealer{})
		if err := s.lines(bytes.NewReader(good[order[0]]), segment{order[0], 1}, false, func(Record) bool { return true }); err != nil {
			t.Fatal(err)
		}
		next := s.next
		n := 0
		err := s.lines(bytes.NewReader(data), segment{order[1], next}, true, func(Record) bool { n++; return true })
		if !bytes.HasPrefix(second, data[:s.size]) {
			t.Fatalf("%d records were accepted that nobody wrote: %s", n, data[:s.size])
		}
		var broken *BrokenError
		switch {
		case err == nil:
			if s.size != int64(len(data)) {
				t.Fatalf("%d of %d bytes were looked at", s.size, len(data))
			}
		case errors.Is(err, ErrKeyNeeded):
			t.Fatal(err)
		case !errors.As(err, &broken) || broken.Offset != s.size || broken.Seq != next+uint64(n):
			t.Fatal(err)
		}
	})
}
