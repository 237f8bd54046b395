package spawn

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

// everyone is what a file's mode must allow everyone. A replica's first process runs as a user of its own who owns
// nothing; and a program that may be executed but not read hides its /proc, through which its user namespace is set up.
const everyone = 0o005

// The copy's name and the most bytes it may have.
const (
	copyName   = "program"
	maxProgram = 1 << 30
)

// ErrNotRunnable says that leases' users cannot be let run this program.
var ErrNotRunnable = errors.New("the provider daemon's program is not executable for everyone")

// Program is a path of this program that every user may execute. It is Self, or a copy in dir where the program's own
// file is closed to others, as strict installations and build caches leave it. The copy is made anew each time: what
// was started from an earlier one has its file for as long as it runs.
func Program(dir string) (string, error) {
	self, err := os.Open(Self)
	if err != nil {
		return "", err
	}
	defer self.Close()
	info, err := self.Stat()
	if err != nil {
		return "", err
	}
	if info.Mode()&everyone == everyone {
		return Self, nil
	}
	if err := mayExecute(dir); err != nil {
		return "", err
	}
	state, err := paths.OpenDir(dir)
	if err != nil {
		return "", err
	}
	err = state.WriteFrom(copyName, self, maxProgram, paths.PublicProgram)
	if err := errors.Join(err, state.Close()); err != nil {
		return "", fmt.Errorf("%w, and no copy of it could be made: %w", ErrNotRunnable, err)
	}
	return filepath.Join(dir, copyName), nil
}

func mayExecute(dir string) error {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("file system of %s: %w", dir, err)
	}
	if fs.Flags&unix.ST_NOEXEC != 0 {
		return fmt.Errorf("%w, and %s is mounted noexec; hint: chmod a+rx the program's file", ErrNotRunnable, dir)
	}
	return nil
}
