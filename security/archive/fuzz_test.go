package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"io/fs"
	"testing"
)

// refusedOrFine: an archive alone, on a disk that works, causes refusals and nothing else.
func refusedOrFine(t fataler, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, ErrRefused) {
		t.Fatal(err)
	}
}

// policies are chosen by one byte.
func policyOf(b byte) Policy {
	p := Policy{Limits: Limits{Bytes: 4096, Files: 30, Depth: 6, Name: 300},
		InRoot: b&2 != 0, SkipSpecial: b&4 != 0, Replace: b&8 != 0, Public: b&16 != 0}
	if b&1 != 0 {
		p.Links = LinksInside
	}
	return p
}

func FuzzTar(f *testing.F) {
	for _, headers := range [][]tar.Header{
		{dir("a/"), file("a/b"), file("c")},
		{link("a", "../../outside"), file("a/x")},
		{link("l", "/etc"), hard("m", "l"), file("l/passwd")},
		{hard("b", "a"), file("a"), file("a")},
		{{Typeflag: tar.TypeBlock, Name: "sda", Devmajor: 8}, {Typeflag: tar.TypeReg, Name: "su", Mode: 0o6755}},
	} {
		for _, p := range []byte{0, 1, 31} {
			f.Add(tarOf(f, headers...), p, byte(0))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, policy, packing byte) {
		p := newPlace(t, t.TempDir())
		defer p.root.Close()
		refusedOrFine(t, Tar(bytes.NewReader(data), Packing(packing%3), p.root, policyOf(policy)))
		p.check(t, policyOf(policy))
	})
}

func FuzzZip(f *testing.F) {
	for _, entries := range [][]zipEntry{
		{{name: "a/", mode: fs.ModeDir | 0o755}, {name: "a/b", mode: 0o644, content: "b"}},
		{{name: "l", mode: fs.ModeSymlink | 0o777, content: "../outside"}, {name: "l/x", mode: 0o644}},
		{{name: "../x", mode: 0o644}, {name: "/x", mode: fs.ModeSetuid | 0o755}},
		{{name: "p", mode: fs.ModeNamedPipe}, {name: "a", mode: 0o644}, {name: "a", mode: 0o644}},
	} {
		for _, p := range []byte{0, 1, 31} {
			f.Add(zipOf(f, entries...), p)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, policy byte) {
		p := newPlace(t, t.TempDir())
		defer p.root.Close()
		refusedOrFine(t, Zip(bytes.NewReader(data), int64(len(data)), p.root, policyOf(policy)))
		p.check(t, policyOf(policy))
	})
}
