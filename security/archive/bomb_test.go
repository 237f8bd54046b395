package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

func packed(t *testing.T, how Packing, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if how == Zstd {
		z, err := zstd.NewWriter(&b)
		require.NoError(t, err)
		w = z
	}
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestPackedTars(t *testing.T) {
	big := file("zeros")
	big.Size = 8 << 20
	roomy := Policy{Limits: Limits{Bytes: 64 << 20, Files: 10}}
	tight := Policy{Limits: Limits{Bytes: 4 << 20, Files: 10, Ratio: 1 << 20}}
	dense := Policy{Limits: Limits{Bytes: 64 << 20, Files: 10, Ratio: 1 << 20}}
	for name, tc := range map[string]struct {
		reason string
		in     []byte
		policy Policy
		err    error
	}{
		"Honest":       {"a small archive", tarOf(t, file("a/b")), roomy, nil},
		"SmallZeros":   {"a mebibyte of zeros is no bomb", tarOf(t, tar.Header{Typeflag: tar.TypeReg, Name: "z", Size: 900 << 10}), roomy, nil},
		"Dense":        {"eight mebibytes from some kibibytes is one", tarOf(t, big), roomy, ErrLimit},
		"DenseAllowed": {"unless the policy allows that", tarOf(t, big), dense, nil},
		"TooManyBytes": {"but bytes are bounded still", tarOf(t, big), tight, ErrLimit},
		"Trailer":      {"what follows the end mark is no part of it", append(tarOf(t, file("a")), bytes.Repeat([]byte{1}, 10<<10)...), roomy, nil},
		"TrailingBomb": {"but a packed stream is read to its checksum, and no further than the limits", append(tarOf(t, file("a")), bytes.Repeat([]byte{1}, 9<<20)...), roomy, ErrLimit},
		"NotATar":      {"noise", bytes.Repeat([]byte("noise"), 1000), roomy, ErrFormat},
		"Cut":          {"half a tar", tarOf(t, file("a"), file("b"))[:1400], roomy, ErrFormat},
		"CutBetween":   {"a tar cut between two files looks whole but for its end mark", tarOf(t, file("a"), file("b"))[:1024], roomy, ErrFormat},
		"Empty":        {"nothing at all was cut at its beginning", nil, roomy, ErrFormat},
		"NoFiles":      {"an empty archive has an end mark", tarOf(t), roomy, nil},
	} {
		for how, packing := range map[string]Packing{"Gzip": Gzip, "Zstd": Zstd} {
			t.Run(name+how, func(t *testing.T) {
				p := newPlace(t, t.TempDir())
				defer p.root.Close()
				err := Tar(bytes.NewReader(packed(t, packing, tc.in)), packing, p.root, tc.policy)
				require.ErrorIs(t, err, tc.err, tc.reason)
				p.check(t, tc.policy)
			})
		}
	}
	for how, packing := range map[string]Packing{"Gzip": Gzip, "Zstd": Zstd} {
		t.Run("NotPacked"+how, func(t *testing.T) {
			p := newPlace(t, t.TempDir())
			defer p.root.Close()
			require.ErrorIs(t, Tar(bytes.NewReader(tarOf(t, file("a"))), packing, p.root, roomy), ErrFormat)
			require.ErrorIs(t, Tar(bytes.NewReader(nil), packing, p.root, roomy), ErrFormat)
			cut := packed(t, packing, tarOf(t, file("a"), file("b")))
			require.ErrorIs(t, Tar(bytes.NewReader(cut[:len(cut)/2]), packing, p.root, roomy), ErrFormat)
		})
	}
}

// endless is a gzip or tar that never ends: it repeats its second part.
type endless struct {
	first, again []byte
	at           int
	read         int64
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.first) > 0 {
		n := copy(p, e.first)
		e.first = e.first[n:]
		e.read += int64(n)
		return n, nil
	}
	n := copy(p, e.again[e.at:])
	e.at = (e.at + n) % len(e.again)
	e.read += int64(n)
	return n, nil
}

func TestEndlessArchivesEnd(t *testing.T) {
	skipped := tarOf(t, tar.Header{Typeflag: tar.TypeFifo, Name: "p"})[:512]
	global := tarOf(t, tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "g", PAXRecords: map[string]string{"comment": strings.Repeat("x", 400<<10)}})
	global = global[:len(global)-1024]
	huge := []byte(nil)
	{
		var b bytes.Buffer
		require.NoError(t, tar.NewWriter(&b).WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "huge", Size: 1 << 60}))
		huge = b.Bytes()
	}
	for name, tc := range map[string]struct {
		reason string
		in     *endless
	}{
		"SkippedEntries": {"entries that make nothing are counted", &endless{again: skipped}},
		"LongHeaders":    {"headers without entries are measured", &endless{again: global}},
		"HugeFile":       {"a file that says it is huge is not begun", &endless{first: huge, again: make([]byte, 512)}},
		"GzipMembers":    {"a gzip of endlessly many empty members gives nothing", &endless{again: packed(t, Gzip, tarOf(t, file("a"))[:512])}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, t.TempDir())
			defer p.root.Close()
			policy := image
			policy.Limits = Limits{Bytes: 1 << 20, Files: 100}
			packing := Plain
			if name == "GzipMembers" {
				packing = Gzip
			}
			err := Tar(tc.in, packing, p.root, policy)
			require.ErrorIs(t, err, ErrLimit, tc.reason)
			require.Less(t, tc.in.read, int64(8<<20), "it was left soon")
			p.check(t, policy)
		})
	}
}

// TestSparseFilesCount has a tar whose file is a hole of a size that the archive does not have.
func TestSparseFilesCount(t *testing.T) {
	h := tar.Header{Typeflag: tar.TypeReg, Name: "GNUSparseFile.0/hole", Size: 512, Format: tar.FormatPAX, PAXRecords: map[string]string{}}
	data := tarOf(t, h)
	// A sparse file of format 1.0: its map comes first in its content. archive/tar writes none, so its records are put in by hand.
	records := pax("GNU.sparse.major", "1") + pax("GNU.sparse.minor", "0") + pax("GNU.sparse.name", "hole") + pax("GNU.sparse.realsize", "1073741824")
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "x", Size: int64(len(records))}))
	_, err := io.WriteString(w, records)
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	head := b.Bytes()
	head[156] = tar.TypeXHeader
	checksum(head[:512])
	body := append([]byte("1\n1073741824\n0\n"), make([]byte, 512-15)...)
	copy(data[len(data)-1024-512:], body)
	p := newPlace(t, t.TempDir())
	defer p.root.Close()
	err = Tar(bytes.NewReader(append(head, data...)), Plain, p.root, strict)
	require.ErrorIs(t, err, ErrLimit, "a hole is as long as it reads")
	p.check(t, strict)
}

// pax is one record of an extended header: its length counts itself.
func pax(key, value string) string {
	for n := len(key) + len(value) + 3; ; n++ {
		record := itoa(n) + " " + key + "=" + value + "\n"
		if len(record) == n {
			return record
		}
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// checksum writes the sum of a header into it, with its own place taken for spaces.
func checksum(h []byte) {
	copy(h[148:156], "        ")
	sum := 0
	for _, c := range h {
		sum += int(c)
	}
	for i := 5; i >= 0; i-- {
		h[148+i] = byte('0' + sum%8)
		sum /= 8
	}
	h[154], h[155] = 0, ' '
}

func TestZipBombs(t *testing.T) {
	p := newPlace(t, t.TempDir())
	defer p.root.Close()
	zip8 := func(n int) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f, err := w.Create("zeros")
		require.NoError(t, err)
		_, err = io.Copy(f, io.LimitReader(zeros{}, int64(n)))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.Bytes()
	}
	data := zip8(8 << 20)
	err := Zip(bytes.NewReader(data), int64(len(data)), p.root, Policy{Limits: Limits{Bytes: 64 << 20, Files: 10}})
	require.ErrorIs(t, err, ErrLimit, "the ratio")
	require.ErrorContains(t, err, "ratio")
	require.NoError(t, p.root.RemoveAll("zeros"))

	// The size in the directory is a lie: it says one byte.
	lie := bytes.Clone(data)
	at := bytes.LastIndex(lie, []byte("PK\x01\x02"))
	copy(lie[at+24:], []byte{1, 0, 0, 0})
	err = Zip(bytes.NewReader(lie), int64(len(lie)), p.root, Policy{Limits: Limits{Bytes: 4 << 20, Files: 10, Ratio: 1 << 20}})
	require.ErrorIs(t, err, ErrRefused, "what is unpacked counts, not what is said")
	info, err := p.root.Stat("zeros")
	require.NoError(t, err)
	require.LessOrEqual(t, info.Size(), int64(4<<20))
	require.NoError(t, p.root.RemoveAll("zeros"))

	err = Zip(bytes.NewReader(data), 1<<40, p.root, strict)
	require.ErrorIs(t, err, ErrLimit, "an archive too large for its limits is not looked at")
	for _, cut := range []int{0, 10, len(data) / 2, len(data) - 1} {
		err = Zip(bytes.NewReader(data[:cut]), int64(cut), p.root, strict)
		require.ErrorIs(t, err, ErrFormat, "cut at %d", cut)
	}
	bad := bytes.Clone(zipOf(t, zipEntry{name: "a", mode: 0o644, content: strings.Repeat("abc", 10)}))
	bad[35] ^= 0xff
	require.ErrorIs(t, Zip(bytes.NewReader(bad), int64(len(bad)), p.root, strict), ErrFormat, "a content that is not what its checksum says")
	p.check(t, strict)
}

// TestABrokenLineIsNotTheArchivesFault matters to who tries again.
func TestABrokenLineIsNotTheArchivesFault(t *testing.T) {
	p := newPlace(t, t.TempDir())
	defer p.root.Close()
	broken := errors.New("connection reset")
	whole := tarOf(t, file("a"), file("b"))
	for name, tc := range map[string]struct {
		packing Packing
		data    []byte
	}{
		"Plain": {Plain, whole}, "Gzip": {Gzip, packed(t, Gzip, whole)}, "Zstd": {Zstd, packed(t, Zstd, whole)},
	} {
		for _, cut := range []int{0, 20, len(tc.data) / 2} {
			r := io.MultiReader(bytes.NewReader(tc.data[:cut]), iotest.ErrReader(broken))
			policy := strict
			policy.Replace = true
			err := Tar(r, tc.packing, p.root, policy)
			require.ErrorIs(t, err, broken, "%s at %d", name, cut)
			require.NotErrorIs(t, err, ErrRefused, "%s at %d", name, cut)
		}
	}
	err := Zip(brokenAt{broken}, 100, p.root, strict)
	require.ErrorIs(t, err, broken)
	require.NotErrorIs(t, err, ErrRefused)

	require.NoError(t, p.root.Close())
	err = Tar(bytes.NewReader(whole), Plain, p.root, strict)
	require.ErrorIs(t, err, os.ErrClosed)
	require.NotErrorIs(t, err, ErrRefused, "nor is a disk that fails")
}

type brokenAt struct{ err error }

func (b brokenAt) ReadAt([]byte, int64) (int, error) { return 0, b.err }
