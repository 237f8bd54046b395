package archive

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// encrypted is the bit of an entry's flags that says so, APPNOTE.TXT 4.4.4.
const encrypted = 1

// Zip unpacks a zip of size bytes into a directory. Its directory at the end decides, not the headers in between. An
// archive larger than any within the limits could be is refused before its directory is read, which bounds the memory
// for it. Fails with ErrRefused, in one of its kinds, and leaves what it unpacked until then.
func Zip(r io.ReaderAt, size int64, into *os.Root, policy Policy) error {
	t, err := newTree(into, policy)
	if err != nil {
		return err
	}
	if size < 0 || size > budget(t.policy) {
		return fmt.Errorf("%w: %d bytes, an archive within the limits has at most %d", ErrLimit, size, budget(t.policy))
	}
	from := &sourceAt{r: r}
	t.failed = func() error { return from.failed }
	// The section ends a read at an offset that the archive invented before it reaches r, which would fail then.
	z, err := zip.NewReader(io.NewSectionReader(from, 0, size), size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are checked here
		return t.malformed(err)
	}
	if int64(len(z.File)) > t.policy.Files {
		return fmt.Errorf("%w: %d entries, the limit is %d", ErrLimit, len(z.File), t.policy.Files)
	}
	t.packed = size
	for _, f := range z.File {
		if err := t.zipped(f); err != nil {
			return fmt.Errorf("%s: %w", entry{name: f.Name}.shown(), err)
		}
	}
	return t.finish()
}

func (t *tree) zipped(f *zip.File) (err error) {
	mode := f.Mode()
	e := entry{name: f.Name, kind: zipKind(mode), program: mode&0o100 != 0}
	if err := t.count(e); err != nil {
		return err
	}
	if e.kind == directory || e.kind == special {
		return t.place(e)
	}
	if f.Flags&encrypted != 0 {
		return fmt.Errorf("%w: it is encrypted", ErrFormat)
	}
	content, err := f.Open()
	if err != nil {
		return t.malformed(err)
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	if e.kind == symlink {
		var target strings.Builder
		if _, err := io.Copy(&target, io.LimitReader(content, int64(t.policy.Name)+1)); err != nil {
			return t.malformed(err)
		}
		e.target = target.String()
	}
	e.content = content
	return t.place(e)
}

func zipKind(mode fs.FileMode) kind {
	switch mode.Type() {
	case 0:
		return regular
	case fs.ModeDir:
		return directory
	case fs.ModeSymlink:
		return symlink
	}
	return special
}
