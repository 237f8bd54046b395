package audit

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPartOfALog(t *testing.T) {
	d := newDir(t)
	write(t, d, options(), 12)
	for name, tc := range map[string]struct {
		reason   string
		from, to uint64
		first, n uint64
	}{
		"All":       {"no bounds", 0, 0, 1, 12},
		"One":       {"both ends are included", 5, 5, 5, 1},
		"First":     {"from the beginning", 1, 1, 1, 1},
		"UpTo":      {"no lower bound", 0, 4, 1, 4},
		"Middle":    {"across segments", 4, 9, 4, 6},
		"Rest":      {"no upper bound", 11, 0, 11, 2},
		"PastTheEn": {"what there is", 12, 99, 12, 1},
		"Beyond":    {"nothing there is no error: it may come", 13, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			next, n := tc.first, uint64(0)
			for r, err := range Records(d, Range{From: tc.from, To: tc.to}) {
				require.NoError(t, err)
				require.Equal(t, next, r.Seq, tc.reason)
				next++
				n++
			}
			require.Equal(t, tc.n, n, tc.reason)
		})
	}
	for _, err := range Records(d, Range{From: 3, To: 2}) {
		require.ErrorIs(t, err, ErrOption)
	}
	for range Records(d, Range{}) {
		break // a caller may stop
	}
	second := names(t, d)[1]
	require.NoError(t, os.Remove(filepath.Join(d.Path(), names(t, d)[0])))
	_, err := Verify(d, Expect{})
	require.ErrorIs(t, err, ErrBroken)
	for _, err := range Records(d, Range{}) {
		require.ErrorIs(t, err, ErrBroken, "the beginning is missing")
	}
	for r, err := range Records(d, Range{From: 4, To: 4}) {
		require.NoError(t, err, "what is in %s can be read without what is before it", second)
		require.Equal(t, uint64(4), r.Seq)
	}
}

func TestReadingWhileOthersWrite(t *testing.T) {
	d := newDir(t)
	l, err := Open(d, Options{Now: ticking(), SegmentBytes: 8 * MinSegment})
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 60 {
				if _, err := l.Append(rotateKey(i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for last := l.Head(); last.Seq < 200; last = l.Head() {
		report, err := Verify(d, Expect{Head: last})
		if !errors.Is(err, ErrTorn) { // it may see a write half done
			require.NoError(t, err)
		}
		require.GreaterOrEqual(t, report.Head.Seq, last.Seq, "what is acknowledged is seen")
	}
	all.Wait()
	require.NoError(t, l.Close())
}

func TestARecordOfTheLargestSize(t *testing.T) {
	d := newDir(t)
	l, err := Open(d, options())
	require.NoError(t, err)
	full := Event{Actor: "a", Action: "b", Outcome: "c", Fields: map[string]string{"last": ""}}
	for i := range 15 {
		full.Fields[fmt.Sprintf("f%02d", i)] = strings.Repeat("v", MaxValue)
	}
	line := lineOf(t, Record{Seq: 1, Time: ticking()(), Event: full})
	room := MaxRecord - len(line)
	require.Less(t, room, MaxValue)
	full.Fields["last"] = strings.Repeat("v", room+1)
	_, err = l.Append(full)
	require.ErrorIs(t, err, ErrTooLarge, "a byte too many")
	full.Fields["last"] = strings.Repeat("v", room)
	_, err = l.Append(full)
	require.NoError(t, err, "a segment holds one record at least, however small its limit is")
	_, err = l.Append(rotateKey(1))
	require.NoError(t, err)
	require.NoError(t, l.Close())
	require.Len(t, contents(t, d)[segmentOf(1).name], MaxRecord)
	report, err := Verify(d, Expect{})
	require.NoError(t, err)
	require.Equal(t, 2, report.Segments)
}

func TestExport(t *testing.T) {
	d := newDir(t)
	l, err := Open(d, options())
	require.NoError(t, err)
	evil := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a\nb", `a"b`, "plain", "|cmd", "%1"}
	for _, object := range evil {
		_, err := l.Append(Event{Actor: "a", Action: "b", Object: object, Outcome: "ok", Fields: map[string]string{"k": "<v>"}})
		require.NoError(t, err)
	}
	require.NoError(t, l.Close())

	var out bytes.Buffer
	n, err := Export(&out, d, Range{}, JSONLines)
	require.NoError(t, err)
	require.Equal(t, uint64(len(evil)), n)
	var onDisk []byte
	for _, name := range names(t, d) {
		onDisk = append(onDisk, contents(t, d)[name]...)
	}
	require.Equal(t, string(onDisk), out.String(), "an export can be checked like the log")

	out.Reset()
	n, err = Export(&out, d, Range{From: 2}, CSV)
	require.NoError(t, err)
	require.Equal(t, uint64(len(evil)-1), n)
	rows, err := csv.NewReader(&out).ReadAll()
	require.NoError(t, err)
	require.Equal(t, heading(), rows[0])
	cells := []string{"'+1", "'-1", "'@SUM(A1)", `"\u0009=1"`, `"\u000d=1"`, `"a\u000ab"`, `a"b`, "plain", "'|cmd", "'%1"}
	for i, row := range rows[1:] {
		require.Equal(t, cells[i], row[4], "no cell is a formula, a row has one line")
		require.Equal(t, fmt.Sprint(i+2), row[0])
	}

	_, err = Export(&out, d, Range{}, "xml")
	require.ErrorIs(t, err, ErrFormat)
	full := errors.New("full")
	for _, format := range []Format{JSONLines, CSV} {
		_, err = Export(refusing{full}, d, Range{}, format)
		require.ErrorIs(t, err, full, "an export that was not written is no success")
	}
}

type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }

func TestHeadsHaveOneText(t *testing.T) {
	digits := strings.Repeat("0123456789abcdef", 4)
	for _, good := range []string{"1:sha256:" + digits, "18446744073709551615:hmac-sha256:" + digits} {
		h, err := ParseHead(good)
		require.NoError(t, err)
		require.Equal(t, good, h.String())
	}
	for name, tc := range map[string]struct{ reason, text string }{
		"Empty":     {"nothing", ""},
		"NoHash":    {"a number alone", "1"},
		"NoNumber":  {"a hash alone", "sha256:" + digits},
		"Sign":      {"numbers have one spelling", "+1:sha256:" + digits},
		"Zeros":     {"numbers have one spelling", "01:sha256:" + digits},
		"TooLarge":  {"65 bits", "18446744073709551616:sha256:" + digits},
		"Capitals":  {"hashes have one spelling", "1:sha256:" + strings.ToUpper(digits)},
		"Short":     {"a digit less", "1:sha256:" + digits[1:]},
		"Long":      {"a digit more", "1:sha256:0" + digits},
		"NoHex":     {"a letter past f", "1:sha256:g" + digits[1:]},
		"Algorithm": {"no other is used", "1:md5:" + digits},
		"Space":     {"behind it", "1:sha256:" + digits + " "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseHead(tc.text)
			require.ErrorIs(t, err, ErrFormat, tc.reason)
		})
	}
}

func TestSegmentsSortAsNumbers(t *testing.T) {
	all := []string{segmentOf(1).name, segmentOf(2).name, segmentOf(10).name, segmentOf(99).name, segmentOf(1 << 63).name}
	require.True(t, slices.IsSorted(all))
}
