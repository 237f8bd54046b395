package paths

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
)

// step is a moment in a write at which a process may die.
type step string

// The steps of a write, in their order.
const (
	stepClaimed step = "claimed" // an empty unfinished file is ours
	stepWritten step = "written" // its content is complete, in memory
	stepSynced  step = "synced"  // content and mode are on disk
	stepLinked  step = "linked"  // of CreateFile: the new file has both names
	stepNamed   step = "named"   // the name means the new content, in memory
	stepDurable step = "durable" // and on disk
)

func (d *Dir) reached(s step) {
	if d.step != nil {
		d.step(s)
	}
}

// WriteFile makes data the content of a file inside, whether it exists or not. When it returns, the new content is on
// disk; when it fails, or does not return, the old content is untouched. A link of that name is replaced, not followed.
// Writers of one name wait for each other.
func (d *Dir) WriteFile(name string, data []byte, mode Mode) error {
	return d.WriteFrom(name, bytes.NewReader(data), int64(len(data)), mode)
}

// WriteFrom is WriteFile for a stream of at most limit bytes. Fails with ErrTooLarge, and changes nothing, if it is longer.
func (d *Dir) WriteFrom(name string, content io.Reader, limit int64, mode Mode) error {
	return d.in(d.write(name, content, limit, mode, (*os.Root).Rename))
}

// CreateFile is WriteFile for a file that must not exist yet. Fails with fs.ErrExist; of several callers one succeeds.
func (d *Dir) CreateFile(name string, data []byte, mode Mode) error {
	return d.in(d.write(name, bytes.NewReader(data), int64(len(data)), mode, func(at *os.Root, unfinished, base string) error {
		if err := at.Link(unfinished, base); err != nil { // unlike a rename, a link never replaces
			return err
		}
		d.reached(stepLinked)
		return at.Remove(unfinished)
	}))
}

// WriteJSON is WriteFile of v in JSON.
func (d *Dir) WriteJSON(name string, v any, mode Mode) error {
	data, err := json.Marshal(v)
	if err != nil {
		return d.in(fmt.Errorf("%s: %w", name, err))
	}
	return d.WriteFile(name, data, mode)
}

// write fills an unfinished file and lets publish give it its name.
func (d *Dir) write(name string, content io.Reader, limit int64, mode Mode, publish func(at *os.Root, unfinished, base string) error) (err error) {
	perm, err := mode.perm()
	if err != nil {
		return err
	}
	at, base, err := d.above(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	temp := unfinished(base)
	if len(temp) > MaxName {
		return refuseName(base, RuleLength)
	}
	f, err := claim(at, temp)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }() // and with it goes the claim
	d.reached(stepClaimed)
	if err := d.fill(f, content, limit, perm); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", name, err), at.Remove(temp))
	}
	if err := publish(at, temp, base); err != nil {
		return errors.Join(err, at.Remove(temp))
	}
	d.reached(stepNamed)
	if err := syncDir(at); err != nil {
		return err
	}
	d.reached(stepDurable)
	return nil
}

// fill puts content and mode into f and onto the disk.
func (d *Dir) fill(f *os.File, content io.Reader, limit int64, perm fs.FileMode) error {
	if limit < 0 {
		return fmt.Errorf("%w: %d", ErrLimit, limit)
	}
	n, err := io.Copy(f, io.LimitReader(content, min(limit, math.MaxInt64-1)+1))
	if err != nil {
		return err
	}
	if n > limit {
		return fmt.Errorf("%w of %d bytes", ErrTooLarge, limit)
	}
	if err := f.Chmod(perm); err != nil { // at last, and whatever the umask is
		return err
	}
	d.reached(stepWritten)
	if err := f.Sync(); err != nil { // before the name: else a power cut could leave the name without its content
		return err
	}
	d.reached(stepSynced)
	return nil
}
