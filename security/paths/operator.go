package paths

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ReadFile reads a regular file that an operator names by its absolute path and that holds at most limit bytes. Links are
// followed wherever they lead: the operator's word counts. Fails with ErrNotAbsolute, ErrTooLarge, ErrNotRegular.
func ReadFile(name string, limit int64) ([]byte, error) {
	return readNamed(name, limit, func(*os.File) error { return nil })
}

// ReadSecretFile is ReadFile for keys and tokens. Fails with ErrNotPrivate when its group or others may do anything with
// the file, and with ErrUntrusted when it belongs to a user other than root and ourselves.
func ReadSecretFile(name string, limit int64) ([]byte, error) {
	return readNamed(name, limit, func(f *os.File) error { return private(f, os.Geteuid()) })
}

// readNamed checks the file that it opened, so that nobody can put another in its place in between.
func readNamed(name string, limit int64, check func(*os.File) error) ([]byte, error) {
	if err := absolute(name); err != nil {
		return nil, err
	}
	f, err := plain(os.OpenFile(name, reading, 0))
	if err != nil {
		return nil, err
	}
	if err := check(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
	}
	data, err := readRegular(f, limit)
	return data, errors.Join(err, f.Close())
}

func private(f *os.File, euid int) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%w: its mode is %#o; hint: chmod 600 %s", ErrNotPrivate, info.Mode().Perm(), f.Name())
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid != 0 && int64(st.Uid) != int64(euid) {
		return fmt.Errorf("%w: it belongs to another user; hint: chown %d %s", ErrUntrusted, euid, f.Name())
	}
	return nil
}

// WriteFile is Dir.WriteFile for a file that an operator names by its absolute path. Its directory must exist.
func WriteFile(name string, data []byte, mode Mode, allow ...Allow) error {
	return inDir(name, allow, func(d *Dir, base string) error { return d.WriteFile(base, data, mode) })
}

// CreateFile is Dir.CreateFile for a file that an operator names by its absolute path. Its directory must exist.
func CreateFile(name string, data []byte, mode Mode, allow ...Allow) error {
	return inDir(name, allow, func(d *Dir, base string) error { return d.CreateFile(base, data, mode) })
}

func inDir(name string, allow []Allow, act func(*Dir, string) error) error {
	if err := absolute(name); err != nil {
		return err
	}
	d, err := OpenDir(filepath.Dir(name), allow...)
	if err != nil {
		return err
	}
	return errors.Join(act(d, filepath.Base(name)), d.Close())
}
