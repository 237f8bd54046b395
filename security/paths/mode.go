package paths

import (
	"fmt"
	"io/fs"
)

// Mode is what a written file allows whom. It is no number of permissions, and none fits into it, so that opening a file
// to others always takes the word Public.
type Mode uint8

// The modes of files.
const (
	Private         Mode = iota // 0600: the owner's
	PrivateReadOnly             // 0400
	PrivateProgram              // 0700
	PrivateRunOnly              // 0500: a program nobody changes
	PublicFile                  // 0644: others must read it
	PublicProgram               // 0755: others must run it
)

func (m Mode) perm() (fs.FileMode, error) {
	switch m {
	case Private:
		return 0o600, nil
	case PrivateReadOnly:
		return 0o400, nil
	case PrivateProgram:
		return 0o700, nil
	case PrivateRunOnly:
		return 0o500, nil
	case PublicFile:
		return 0o644, nil
	case PublicProgram:
		return 0o755, nil
	}
	return 0, fmt.Errorf("%w: %d", ErrMode, m)
}

// Modes of directories.
const (
	privateDir fs.FileMode = 0o700
	publicDir  fs.FileMode = 0o755
)
