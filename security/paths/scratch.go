package paths

import (
	"errors"
	"os"
	"path/filepath"
)

// Scratch is a private directory that goes away with all that is in it when it is closed.
type Scratch struct {
	*Dir
	above *Dir
}

// Temp makes a Scratch in parent, an absolute path, under a new name that begins with prefix. It may lie in a directory
// that everyone may write to, if that one is sticky, as /tmp is.
func Temp(parent, prefix string) (*Scratch, error) {
	if _, err := Name(prefix); err != nil {
		return nil, err
	}
	above, err := OpenDir(parent)
	if err != nil {
		return nil, err
	}
	name, err := os.MkdirTemp(above.Path(), prefix)
	if err != nil {
		return nil, errors.Join(err, above.Close())
	}
	d, err := above.Sub(filepath.Base(name))
	if err != nil {
		return nil, errors.Join(err, os.Remove(name), above.Close())
	}
	return &Scratch{Dir: d, above: above}, nil
}

// Close removes the directory and all that is in it.
func (s *Scratch) Close() error {
	return errors.Join(s.Dir.Close(), s.above.RemoveAll(filepath.Base(s.Path())), s.above.Close())
}
