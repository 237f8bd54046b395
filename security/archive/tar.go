package archive

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
)

// Tar unpacks a tar into a directory. Hard links come last, so a link may precede its target. A tar without its end mark
// was cut short and is refused. What follows the mark is not looked at, but a packed stream is read to its end, since only
// there stands its checksum. Fails with ErrRefused, in one of its kinds, and leaves what it unpacked until then.
func Tar(r io.Reader, packing Packing, into *os.Root, policy Policy) error {
	t, err := newTree(into, policy)
	if err != nil {
		return err
	}
	from := &source{r: r}
	t.failed = func() error { return from.failed }
	stream, done, err := unpack(from, packing, t.policy)
	if err != nil {
		return t.malformed(err)
	}
	err = t.tar(tar.NewReader(stream))
	if err == nil && stream.ended {
		err = fmt.Errorf("%w: it has no end mark; hint: it was cut short", ErrFormat)
	}
	if err == nil && packing != Plain {
		if _, broken := io.Copy(io.Discard, stream); broken != nil {
			err = t.malformed(broken)
		}
	}
	closed := done()
	switch {
	case err != nil: // a decompressor repeats at its close what it said before
		return err
	case closed != nil:
		return t.malformed(closed)
	}
	return t.finish()
}

func (t *tree) tar(in *tar.Reader) error {
	var links []entry
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) { // names are checked here
			return t.malformed(err)
		}
		e := entry{name: h.Name, kind: tarKind(h.Typeflag), program: h.Mode&0o100 != 0, target: h.Linkname, content: in}
		if err := t.count(e); err != nil {
			return err
		}
		if e.kind == hardLink {
			links = append(links, e)
			continue
		}
		if e.kind == regular && h.Size > t.left {
			return fmt.Errorf("%s: %w: more bytes than the limit of %d", e.shown(), ErrLimit, t.policy.Bytes)
		}
		if err := t.place(e); err != nil {
			return fmt.Errorf("%s: %w", e.shown(), err)
		}
	}
	for _, e := range links {
		if err := t.place(e); err != nil {
			return fmt.Errorf("%s: %w", e.shown(), err)
		}
	}
	return nil
}

// tarKind reads a type of POSIX.1-2017 (pax) and of GNU tar.
func tarKind(flag byte) kind {
	switch flag {
	case tar.TypeReg, tar.TypeGNUSparse, tar.TypeCont:
		return regular
	case tar.TypeDir:
		return directory
	case tar.TypeSymlink:
		return symlink
	case tar.TypeLink:
		return hardLink
	case tar.TypeXGlobalHeader:
		return nothing
	}
	return special
}
