package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

type kind uint8

const (
	regular kind = iota
	directory
	symlink
	hardLink
	special
	nothing // it tells about others
)

// entry is one thing in an archive.
type entry struct {
	name    string
	kind    kind
	program bool
	target  string // of a link
	content io.Reader
}

// shown is the name as a person may read it: an archive's names can hold what steers a terminal.
func (e entry) shown() string { return fmt.Sprintf("%.100q", e.name) }

// tree is a directory that is being filled.
type tree struct {
	dir    *os.Root
	policy Policy
	left   int64 // bytes
	files  int64 // still allowed
	total  int64 // bytes written
	packed int64 // bytes of the whole archive, where the ratio is counted here
	// known are the real directories seen on the way to entries, by their place. It saves asking the disk each time.
	known  map[string]bool
	buf    []byte
	failed func() error // of the reader that the archive comes from
}

func newTree(into *os.Root, policy Policy) (*tree, error) {
	if into == nil {
		return nil, fmt.Errorf("%w: no directory", ErrPolicy)
	}
	p, err := policy.complete()
	if err != nil {
		return nil, err
	}
	return &tree{dir: into, policy: p, left: p.Bytes, files: p.Files, packed: math.MaxInt64, known: map[string]bool{},
		buf: make([]byte, 64<<10)}, nil
}

// count refuses what is too long, too deep or too much before anything is done for it.
func (t *tree) count(e entry) error {
	if len(e.name) > t.policy.Name || len(e.target) > t.policy.Name {
		return fmt.Errorf("%s: %w: names have at most %d bytes", e.shown(), ErrLimit, t.policy.Name)
	}
	return t.one()
}

// one more thing is made.
func (t *tree) one() error {
	if t.files--; t.files < 0 {
		return fmt.Errorf("%w: more than %d files", ErrLimit, t.policy.Files)
	}
	return nil
}

// place makes one entry.
func (t *tree) place(e entry) error {
	switch {
	case e.kind == nothing:
		return nil
	case e.kind == special && t.policy.SkipSpecial:
		return nil
	case e.kind == special:
		return fmt.Errorf("%w: only files, directories and links are unpacked", ErrSpecial)
	case (e.kind == symlink || e.kind == hardLink) && t.policy.Links == LinksRefused:
		return fmt.Errorf("%w: none is allowed", ErrLink)
	}
	at, err := t.locate(e.name)
	if err != nil {
		return err
	}
	if at == "." { // the directory itself
		if e.kind == directory {
			return nil
		}
		return fmt.Errorf("%w: the directory itself cannot be anything else", ErrName)
	}
	if err := t.makeParents(path.Dir(at)); err != nil {
		return err
	}
	switch e.kind {
	case directory:
		return t.mkdir(at)
	case regular:
		return t.write(at, e)
	case symlink:
		return t.symlink(at, e.target)
	default:
		return t.hardLink(at, e.target)
	}
}

// makeParents makes a directory and those above it. What is in their place must be directories.
func (t *tree) makeParents(at string) error {
	if at == "." || t.known[at] {
		return nil
	}
	if err := t.makeParents(path.Dir(at)); err != nil {
		return err
	}
	info, err := t.dir.Lstat(at)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := t.one(); err != nil {
			return err
		}
		return t.newDir(at)
	case err != nil:
		return err
	case info.Mode().Type() == fs.ModeSymlink:
		return fmt.Errorf("%w: %.100q on the way is one", ErrLink, at)
	case !info.IsDir():
		return fmt.Errorf("%w: %.100q on the way is no directory", ErrName, at)
	}
	t.known[at] = true
	return nil
}

func (t *tree) newDir(at string) error {
	perm := t.perm(true)
	if err := t.dir.Mkdir(at, perm); err != nil {
		return taken(err)
	}
	t.known[at] = true
	return t.dir.Chmod(at, perm) // whatever the umask is
}

func (t *tree) perm(program bool) fs.FileMode {
	switch {
	case t.policy.Public && program:
		return 0o755
	case t.policy.Public:
		return 0o644
	case program:
		return 0o700
	}
	return 0o600
}

func (t *tree) mkdir(at string) error {
	info, err := t.dir.Lstat(at)
	if err == nil && info.IsDir() {
		return nil
	}
	if err := t.clear(at); err != nil {
		return err
	}
	return t.newDir(at)
}

// clear makes room where entries may replace others.
func (t *tree) clear(at string) error {
	if !t.policy.Replace {
		return nil // making the entry fails where there is one
	}
	if t.known[at] {
		t.known = map[string]bool{} // what was below it too; looking for that would let an archive cost its square
	}
	return t.dir.RemoveAll(at)
}

// write makes a file. It never opens one that is there, so it never writes through a link.
func (t *tree) write(at string, e entry) error {
	const create = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	perm := t.perm(e.program)
	f, err := t.dir.OpenFile(at, create, perm)
	if errors.Is(err, fs.ErrExist) && t.policy.Replace { // few entries replace another: only those pay for looking
		if err := t.clear(at); err != nil {
			return err
		}
		f, err = t.dir.OpenFile(at, create, perm)
	}
	if err != nil {
		return taken(err)
	}
	return errors.Join(t.fill(f, e.content), f.Chmod(perm), f.Close())
}

func (t *tree) fill(f *os.File, content io.Reader) error {
	for {
		n, err := content.Read(t.buf)
		if int64(n) > t.left {
			return fmt.Errorf("%w: more than %d bytes", ErrLimit, t.policy.Bytes)
		}
		t.left -= int64(n)
		t.total += int64(n)
		if tooDense(t.total, t.packed, t.policy.Ratio) {
			return fmt.Errorf("%w: %d bytes unpacked from %d, the ratio is at most %d", ErrLimit, t.total, t.packed, t.policy.Ratio)
		}
		if _, err := f.Write(t.buf[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return t.malformed(err)
		}
	}
}

func taken(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: its place is taken", ErrDuplicate)
	}
	return err
}

// finish puts the tree on disk if the policy wants that.
func (t *tree) finish() error {
	if !t.policy.Durable {
		return nil
	}
	f, err := t.dir.Open(".")
	if err != nil {
		return err
	}
	// One call for the whole file system costs less than one for each of many thousand files.
	return errors.Join(unix.Syncfs(int(f.Fd())), f.Close())
}

// malformed says of a decoder's error that the archive is at fault, unless a limit or the reader below is.
func (t *tree) malformed(err error) error {
	if errors.Is(err, ErrRefused) || errors.Is(err, ErrPolicy) {
		return err
	}
	if failed := t.failed(); failed != nil {
		return fmt.Errorf("reading the archive: %w", failed)
	}
	return fmt.Errorf("%w: %w", ErrFormat, err)
}
