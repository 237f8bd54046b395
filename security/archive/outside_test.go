package archive

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWhateverAnArchiveHoldsNothingOutsideChanges(t *testing.T) {
	base := t.TempDir()
	element := rapid.SampledFrom([]string{"a", "b", "l", "m", "..", ".", "", "outside", "x", "dir"})
	name := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(element, 1, 4).Draw(t, "parts"), "/") })
	kinds := rapid.SampledFrom([]byte{tar.TypeReg, tar.TypeReg, tar.TypeDir, tar.TypeSymlink, tar.TypeSymlink, tar.TypeLink, tar.TypeFifo})
	rapid.Check(t, func(t *rapid.T) {
		top, err := os.MkdirTemp(base, "")
		must(t, err)
		defer os.RemoveAll(top)
		p := newPlace(t, top)
		defer p.root.Close()
		policy := Policy{
			Limits: Limits{Bytes: rapid.Int64Range(1, 60).Draw(t, "bytes"), Files: rapid.Int64Range(1, 20).Draw(t, "files"), Depth: 4},
			Links:  rapid.SampledFrom([]Links{LinksRefused, LinksInside, LinksInside}).Draw(t, "links"),
			InRoot: rapid.Bool().Draw(t, "in root"), SkipSpecial: rapid.Bool().Draw(t, "skip special"),
			Replace: rapid.Bool().Draw(t, "replace"), Public: rapid.Bool().Draw(t, "public"),
		}
		var headers []tar.Header
		var entries []zipEntry
		for range rapid.IntRange(1, 8).Draw(t, "entries") {
			h := tar.Header{Typeflag: kinds.Draw(t, "kind"), Name: name.Draw(t, "name"), Mode: rapid.Int64Range(0, 0o7777).Draw(t, "mode")}
			if h.Typeflag != tar.TypeDir {
				h.Name = strings.TrimRight(h.Name, "/") // neither format has others with a slash at their end
			}
			e := zipEntry{name: h.Name, mode: fs.FileMode(h.Mode) & 0o777, content: h.Name}
			switch h.Typeflag {
			case tar.TypeDir:
				e.mode, e.name, e.content = e.mode|fs.ModeDir, h.Name+"/", ""
			case tar.TypeSymlink, tar.TypeLink:
				h.Linkname = name.Draw(t, "target")
				e.mode, e.content = e.mode|fs.ModeSymlink, h.Linkname
			case tar.TypeFifo:
				e.mode |= fs.ModeNamedPipe
			}
			headers, entries = append(headers, h), append(entries, e)
		}
		var failed error
		if rapid.Bool().Draw(t, "zip") {
			data := zipOf(t, entries...)
			failed = Zip(bytes.NewReader(data), int64(len(data)), p.root, policy)
		} else {
			failed = Tar(bytes.NewReader(tarOf(t, headers...)), Plain, p.root, policy)
		}
		refusedOrFine(t, failed)
		p.check(t, policy)
	})
}
