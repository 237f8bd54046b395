package audit

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

// files are the segments of a log, by name.
type files map[string][]byte

func contents(t testing.TB, d *paths.Dir) files {
	t.Helper()
	all := files{}
	for _, name := range names(t, d) {
		data, err := d.ReadFile(name, DefaultSegment)
		require.NoError(t, err)
		all[name] = data
	}
	return all
}

// put makes all the segments of a log.
func (f files) put(t testing.TB, d *paths.Dir) {
	t.Helper()
	for _, name := range names(t, d) {
		require.NoError(t, os.Remove(filepath.Join(d.Path(), name)))
	}
	for name, data := range f {
		require.NoError(t, os.WriteFile(filepath.Join(d.Path(), name), data, 0o600))
	}
}

func (f files) clone() files {
	c := files{}
	for name, data := range f {
		c[name] = slices.Clone(data)
	}
	return c
}

func (f files) sorted() []string { return slices.Sorted(maps.Keys(f)) }

// place is where a record is.
type place struct {
	segment string
	offset  int64
	line    []byte
}

// places are the records in their order; record n is places[n-1].
func (f files) places() []place {
	var all []place
	for _, name := range f.sorted() {
		offset := int64(0)
		for line := range bytes.Lines(f[name]) {
			all = append(all, place{name, offset, line})
			offset += int64(len(line))
		}
	}
	return all
}

func TestAChangedByteAnywhereIsFoundAndLocated(t *testing.T) {
	for name, key := range map[string]secret.Bytes{"Unkeyed": {}, "Keyed": aKey()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDir(t)
			o := options()
			o.Key = key
			write(t, d, o, 6)
			good := contents(t, d)
			require.Greater(t, len(good), 2)
			for i, p := range good.places() {
				data := slices.Clone(good[p.segment])
				for at := p.offset; at < p.offset+int64(len(p.line)); at++ {
					for _, flip := range []byte{0x01, 0x20, 0x80, data[at] ^ '\n'} { // the last one makes it a line end
						if flip == 0 {
							continue
						}
						data[at] ^= flip
						overwrite(t, d, p.segment, data)
						_, err := Verify(d, Expect{Key: key})
						var broken *BrokenError
						require.ErrorAs(t, err, &broken, "byte %d of %s ^ %#x", at, p.segment, flip)
						require.ErrorIs(t, err, ErrBroken)
						require.Equal(t, p.segment, broken.Segment)
						require.Equal(t, p.offset, broken.Offset, "byte %d of %s ^ %#x: %v", at, p.segment, flip, err)
						require.Equal(t, uint64(i+1), broken.Seq)
						data[at] ^= flip
					}
				}
				overwrite(t, d, p.segment, data)
			}
			_, err := Verify(d, Expect{Key: key})
			require.NoError(t, err)
		})
	}
}

// overwrite changes a file without fsync: the sweep has thousands of them.
func overwrite(t testing.TB, d *paths.Dir, name string, data []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(d.Path(), name), data, 0o600))
}

func TestOpenRefusesWhatVerifyRefuses(t *testing.T) {
	d := newDir(t)
	write(t, d, options(), 6)
	good := contents(t, d)
	for i, p := range good.places() {
		for _, at := range []int{0, len(p.line) / 2, len(p.line) - 1} {
			bad := good.clone()
			bad[p.segment][p.offset+int64(at)] ^= 0x01
			bad.put(t, d)
			_, err := Open(d, options())
			var broken *BrokenError
			require.ErrorAs(t, err, &broken)
			require.ErrorIs(t, err, ErrBroken, "a changed record is never set aside, not even the last")
			require.Equal(t, uint64(i+1), broken.Seq)
			require.Equal(t, bad, contents(t, d), "nothing was touched")
		}
	}
	good.put(t, d)
	l, err := Open(d, options())
	require.NoError(t, err, "the lock was given back each time")
	require.NoError(t, l.Close())
}

func TestOtherChangesAreFoundAndLocated(t *testing.T) {
	d := newDir(t)
	write(t, d, options(), 12)
	good := contents(t, d)
	order := good.sorted()
	require.Greater(t, len(order), 3)
	at := good.places()
	inSecond := slices.IndexFunc(at, func(p place) bool { return p.segment == order[1] }) // index of its first record
	second := order[1]
	width := len(bytes.SplitAfter(good[second], []byte("\n"))) - 1
	require.Equal(t, 2, width, "the stories count on two records in a segment")
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	a, b := at[inSecond].line, at[inSecond+1].line
	seq := uint64(inSecond + 1) // of a
	other := newDir(t)
	write(t, other, Options{Now: ticking(), SegmentBytes: MinSegment}, 12)
	forged := func(change func(*Record)) []byte { // the hash is computed anew, the chain is not
		r, _, err := parse(a)
		require.NoError(t, err)
		change(&r)
		body, err := appendBody(nil, r)
		require.NoError(t, err)
		h, err := sealer{}.seal(body)
		require.NoError(t, err)
		return appendHash(body, h)
	}
	for name, tc := range map[string]struct {
		reason string
		change func(files)
		want   BrokenError
	}{
		"Swapped":         {"two records in another order", func(f files) { f[second] = join(b, a) }, BrokenError{Segment: second, Seq: seq, Problem: ProblemSequence}},
		"Deleted":         {"the first of a segment", func(f files) { f[second] = b }, BrokenError{Segment: second, Seq: seq, Problem: ProblemSequence}},
		"DeletedLast":     {"the last of a segment that another follows", func(f files) { f[second] = a }, BrokenError{Segment: second, Offset: int64(len(a)), Seq: seq + 1, Problem: ProblemMissing}},
		"Duplicated":      {"a record twice", func(f files) { f[second] = join(a, a, b) }, BrokenError{Segment: second, Offset: int64(len(a)), Seq: seq + 1, Problem: ProblemSequence}},
		"Inserted":        {"a record of another place", func(f files) { f[second] = join(a, at[0].line, b) }, BrokenError{Segment: second, Offset: int64(len(a)), Seq: seq + 1, Problem: ProblemSequence}},
		"Rewritten":       {"with its own hash right, the next record does not follow it", func(f files) { f[second] = join(forged(func(r *Record) { r.Actor = "ops/other" }), b) }, BrokenError{Segment: second, Offset: int64(len(forged(func(r *Record) { r.Actor = "ops/other" }))), Seq: seq + 1, Problem: ProblemPrevious}},
		"RewrittenPrev":   {"it does not follow the one before", func(f files) { f[second] = join(forged(func(r *Record) { r.Prev = Hash{} }), b) }, BrokenError{Segment: second, Seq: seq, Problem: ProblemPrevious}},
		"EmptyLine":       {"a line end more", func(f files) { f[second] = join(a, []byte("\n"), b) }, BrokenError{Segment: second, Offset: int64(len(a)), Seq: seq + 1, Problem: ProblemNotARecord}},
		"CRLF":            {"an editor was at it", func(f files) { f[second] = bytes.ReplaceAll(join(a, b), []byte("\n"), []byte("\r\n")) }, BrokenError{Segment: second, Seq: seq, Problem: ProblemNotARecord}},
		"TruncatedMiddle": {"within a record, and another segment follows", func(f files) { f[second] = join(a, b[:20]) }, BrokenError{Segment: second, Offset: int64(len(a)), Seq: seq + 1, Problem: ProblemNotARecord}},
		"NoLineEndMiddle": {"only the line end is gone", func(f files) { f[second] = join(a, b[:len(b)-1]) }, BrokenError{Segment: second, Offset: int64(len(a)), Seq: seq + 1, Problem: ProblemNotARecord}},
		"EmptyMiddle":     {"all records of a segment", func(f files) { f[second] = nil }, BrokenError{Segment: second, Seq: seq, Problem: ProblemMissing}},
		"MissingMiddle":   {"a whole segment", func(f files) { delete(f, second) }, BrokenError{Segment: order[0], Offset: int64(len(good[order[0]])), Seq: seq, Problem: ProblemMissing}},
		"MissingFirst":    {"the beginning", func(f files) { delete(f, order[0]) }, BrokenError{Segment: second, Seq: 1, Problem: ProblemMissing}},
		"Renamed":         {"a segment in another one's place", func(f files) { f[order[2]], f[second] = f[second], f[order[2]] }, BrokenError{Segment: second, Seq: seq, Problem: ProblemSequence}},
		"Copied":          {"a segment twice", func(f files) { f[segmentOf(seq+1).name] = f[second] }, BrokenError{Segment: second, Offset: int64(len(good[second])), Seq: seq + 2, Problem: ProblemMissing}},
		"BadName":         {"which no writer gives", func(f files) { f["audit-7.jsonl"] = f[second] }, BrokenError{Segment: "audit-7.jsonl", Problem: ProblemName}},
		"NotItsLogsEnd":   {"garbage with a line end", func(f files) { last := order[len(order)-1]; f[last] = join(f[last], []byte("garbage\n")) }, BrokenError{Segment: order[len(order)-1], Offset: int64(len(good[order[len(order)-1]])), Seq: 13, Problem: ProblemNotARecord}},
		"EndlessLine":     {"no more than a record's length is read", func(f files) { f[second] = join(a, bytes.Repeat([]byte("x"), 3*MaxRecord)) }, BrokenError{Segment: second, Offset: int64(len(a)), Seq: seq + 1, Problem: ProblemTooLong}},
		"KeyedInUnkeyed": {"a hash of the other kind", func(f files) {
			f[second] = join(bytes.Replace(a, []byte(`"hash":"sha256:`), []byte(`"hash":"hmac-sha256:`), 1), b)
		}, BrokenError{Segment: second, Seq: seq, Problem: ProblemKeyed}},
		"OtherSpelling":    {"the same content in other JSON", func(f files) { f[second] = join(bytes.Replace(a, []byte(`,"seq"`), []byte(`, "seq"`), 1), b) }, BrokenError{Segment: second, Seq: seq, Problem: ProblemNotARecord}},
		"MemberTwice":      {"readers differ about which one counts", func(f files) { f[second] = join(bytes.Replace(a, []byte(`{"v":1,`), []byte(`{"v":1,"v":1,`), 1), b) }, BrokenError{Segment: second, Seq: seq, Problem: ProblemNotARecord}},
		"MemberMore":       {"what no hash covers", func(f files) { f[second] = join(bytes.Replace(a, []byte("}\n"), []byte(",\"x\":1}\n"), 1), b) }, BrokenError{Segment: second, Seq: seq, Problem: ProblemNotARecord}},
		"GarbageNoLineEnd": {"a whole record, then something", func(f files) { last := order[len(order)-1]; f[last] = join(f[last][:len(f[last])-1], []byte("x")) }, BrokenError{Segment: order[len(order)-1], Offset: at[11].offset, Seq: 12, Problem: ProblemEnd}},
	} {
		t.Run(name, func(t *testing.T) {
			f := good.clone()
			tc.change(f)
			d := newDir(t)
			f.put(t, d)
			_, err := Verify(d, Expect{})
			var broken *BrokenError
			require.ErrorAs(t, err, &broken, tc.reason)
			require.ErrorIs(t, err, ErrBroken, tc.reason)
			require.Equal(t, tc.want, *broken, tc.reason)
			_, err = Open(d, options())
			require.ErrorAs(t, err, &broken, tc.reason)
			require.Equal(t, tc.want, *broken, "who writes on sees the same")
		})
	}
}

func TestAnEndThatIsCutOffIsFoundByTheHead(t *testing.T) {
	d := newDir(t)
	heads := write(t, d, options(), 12)
	good := contents(t, d)
	places := good.places()
	for n := range 12 { // records that are left
		f := good.clone()
		p := places[n]
		f[p.segment] = f[p.segment][:p.offset]
		for _, name := range f.sorted() {
			if name > p.segment {
				delete(f, name)
			}
		}
		f.put(t, d)
		report, err := Verify(d, Expect{})
		require.NoError(t, err, "what is left is a good chain")
		require.Equal(t, uint64(n), report.Head.Seq)
		for i, h := range heads {
			_, err := Verify(d, Expect{Head: h})
			if i < n {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, ErrHead, "%d records left, remembered %d", n, h.Seq)
			}
		}
	}
	files{}.put(t, d)
	_, err := Verify(d, Expect{})
	require.ErrorIs(t, err, ErrNoLog)
	_, err = Verify(d, Expect{Head: heads[0]})
	require.ErrorIs(t, err, ErrHead, "a log that is gone is one that was cut off")
}

func TestAnUnkeyedChainCanBeForgedAndAKeyedOneCannot(t *testing.T) {
	key := aKey()
	d := newDir(t)
	o := options()
	o.Key = key
	real := write(t, d, o, 5)
	_, err := Verify(d, Expect{})
	require.ErrorIs(t, err, ErrKeyNeeded)
	_, err = Open(d, options())
	require.ErrorIs(t, err, ErrKeyNeeded, "nobody goes on without the key")
	_, err = Verify(d, Expect{Key: secret.Move([]byte("another key of thirty-two bytes."))})
	require.ErrorIs(t, err, ErrBroken)

	files{}.put(t, d) // the intruder begins anew, without the key
	forged := write(t, d, options(), 5)
	_, err = Verify(d, Expect{})
	require.NoError(t, err, "an unkeyed chain says nothing about who wrote it")
	_, err = Verify(d, Expect{Head: real[2]})
	require.ErrorIs(t, err, ErrHead, "but a remembered head does")
	_, err = Verify(d, Expect{Head: forged[2]})
	require.NoError(t, err)
	_, err = Verify(d, Expect{Key: key})
	var broken *BrokenError
	require.ErrorAs(t, err, &broken)
	require.Equal(t, ProblemUnkeyed, broken.Problem, "nor does it pass for a keyed one")
	_, err = Open(d, o)
	require.ErrorIs(t, err, ErrBroken)
}
