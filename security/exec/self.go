package exec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/safemath"
)

// SelfPath is our own program, even where its file was replaced since it started.
const SelfPath = "/proc/self/exe"

// maxSelf bounds our own program's file, in bytes.
const maxSelf = 1 << 30

// Self starts our own program anew at one of its stages. It does not change.
type Self struct{ stages map[string]bool }

// NewSelf registers stages: first arguments by which main sees that it is to be something else than usual.
func NewSelf(stages ...string) (*Self, error) {
	s := &Self{stages: map[string]bool{}}
	if len(stages) == 0 {
		return nil, fmt.Errorf("%w: no stage is named", ErrStage)
	}
	for _, stage := range stages {
		if rule := unplain(stage); rule != "" {
			return nil, fmt.Errorf("%w: %q: %s", ErrStage, cut(stage), rule)
		}
		s.stages[stage] = true
	}
	return s, nil
}

// Start starts our own program: path is SelfPath, or a copy of it that has the same bytes. argv[1] is a registered stage.
// files become descriptors 0, 1, 2, ..., at least three; nothing else is passed on, neither descriptors nor environment,
// and its working folder is "/". attr may be nil. The process is the caller's to wait for, and has a group of its own
// only if attr says so: with attr.Pdeathsig, it ends with the thread that calls Start, which should be locked.
//
// Of a copy, the file and its directory must belong to root or us and be closed to others' writing; the directories above
// are the operator's. It fails with ErrStage or ErrUntrusted before anything is started.
func (s *Self) Start(path string, argv []string, files []*os.File, attr *syscall.SysProcAttr) (*os.Process, error) {
	argv = slices.Clone(argv)
	switch {
	case len(argv) < 2 || !s.stages[argv[1]]:
		return nil, fmt.Errorf("%w: the first argument is none of %q", ErrStage, slices.Sorted(maps.Keys(s.stages)))
	case len(files) < 3 || slices.Contains(files, nil): // a descriptor that is closed is the next one that is opened
		return nil, fmt.Errorf("%w: %s: its descriptors 0, 1 and 2 or a later one are not given", ErrStage, argv[1])
	case slices.ContainsFunc(argv, func(arg string) bool { return strings.ContainsRune(arg, 0) }):
		return nil, fmt.Errorf("%w: %s: an argument holds NUL", ErrStage, argv[1])
	}
	if path != SelfPath {
		if err := ourCopy(path); err != nil {
			return nil, fmt.Errorf("stage %s: %w", argv[1], err)
		}
	}
	if err := keepDescriptors(); err != nil {
		return nil, err
	}
	p, err := os.StartProcess(path, argv, &os.ProcAttr{Dir: "/", Env: []string{}, Files: files, Sys: attr})
	if err != nil {
		return nil, fmt.Errorf("start stage %s: %w", argv[1], err)
	}
	return p, nil
}

// ourCopy fails unless a file is a copy of our program that only root and we can change.
func ourCopy(path string) (err error) {
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return fmt.Errorf("%w: path %q is not absolute in its shortest form", ErrStage, cut(path))
	}
	us := trust{safemath.Clamp[uint32](os.Geteuid())}
	dir, err := us.look(filepath.Dir(path))
	if err != nil {
		return err
	}
	info, err := us.look(path)
	if err != nil {
		return err
	}
	if !dir.IsDir() || !info.Mode().IsRegular() || info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
		return fmt.Errorf("%w: %s is not a plain file in a directory", ErrStage, path)
	}
	equal, err := equalFiles(path, SelfPath)
	if err == nil && !equal {
		err = fmt.Errorf("%w: %s is not a copy of our program", ErrStage, path)
	}
	return err
}

// equalFiles compares two files byte for byte.
func equalFiles(a, b string) (bool, error) {
	f, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer f.Close()
	g, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer g.Close()
	left, right := make([]byte, 1<<18), make([]byte, 1<<18)
	for read := 0; read <= maxSelf; {
		n, err := io.ReadFull(f, left)
		m, errOther := io.ReadFull(g, right)
		if err := errors.Join(broken(err), broken(errOther)); err != nil {
			return false, err
		}
		if !bytes.Equal(left[:n], right[:m]) {
			return false, nil
		}
		if n < len(left) {
			return true, nil
		}
		read += n
	}
	return false, fmt.Errorf("%w: our program has more than %d bytes", ErrStage, maxSelf)
}

// broken is an error of reading that is not the end.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// keepDescriptors marks all of our descriptors to be closed when a program is started, also those that we were started
// with or that a library opened without care. Those that a start passes on are passed on all the same.
func keepDescriptors() error {
	if err := unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return fmt.Errorf("close descriptors on start: %w", err)
	}
	return nil
}
