package leasedir

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// Names of the files of a lease's directory.
const (
	PlanFile       = "plan.json"
	StatusFile     = "status.json"
	SupervisorFile = "supervisor.json"
	LockFile       = "supervisor.lock"
	ControlSocket  = "control"
	EventsFile     = "events"
	LogsDir        = "logs"
	RootsDir       = "roots"
	VolumesDir     = "volumes"
)

// Store is the directory of all leases. Only the daemon uses it; a supervisor sees its own lease's directory.
type Store struct {
	path  string
	root  *os.Root // leases
	trash *os.Root // on their way out
}

// Open makes and opens the store below path.
func Open(path string) (*Store, error) {
	s := &Store{path: filepath.Join(path, "leases")}
	trash := filepath.Join(path, "trash")
	for _, dir := range []string{s.path, trash} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	var err error
	if s.root, err = os.OpenRoot(s.path); err != nil {
		return nil, err
	}
	if s.trash, err = os.OpenRoot(trash); err != nil {
		return nil, errors.Join(err, s.root.Close())
	}
	return s, nil
}

// Close releases what Open holds.
func (s *Store) Close() error { return errors.Join(s.root.Close(), s.trash.Close()) }

// Key is a lease's name on disk. The owner is not part of it: chain, provider and number name a lease.
func Key(l backend.Lease) string {
	sum := sha256.Sum256([]byte(l.ChainID + "\x00" + l.Provider))
	return fmt.Sprintf("%d-%s", l.ID, hex.EncodeToString(sum[:6]))
}

// Path is where the lease's directory is, whether it exists or not.
func (s *Store) Path(key string) string { return filepath.Join(s.path, key) }

// Create makes the directory of a lease with its plan in it, both or none. fs.ErrExist when there is one.
func (s *Store) Create(p Plan) error {
	key := Key(p.Lease)
	building := key + ".new"
	if err := removeAll(s.root, building); err != nil {
		return err
	}
	if err := s.root.Mkdir(building, 0o700); err != nil {
		return err
	}
	dir, err := s.root.OpenRoot(building)
	if err != nil {
		return err
	}
	for _, sub := range []string{LogsDir, RootsDir, VolumesDir} {
		err = errors.Join(err, dir.Mkdir(sub, 0o700))
	}
	err = errors.Join(err, WriteJSON(dir, PlanFile, p), dir.Close())
	if err != nil {
		return err
	}
	if err := s.root.Rename(building, key); err != nil {
		return err
	}
	return syncDir(s.root)
}

// Dir opens the directory of a lease. fs.ErrNotExist when there is none.
func (s *Store) Dir(key string) (*os.Root, error) { return s.root.OpenRoot(key) }

// Plan reads the plan of a lease. fs.ErrNotExist when there is none.
func (s *Store) Plan(key string) (Plan, error) {
	var p Plan
	dir, err := s.Dir(key)
	if err != nil {
		return p, err
	}
	return p, errors.Join(ReadJSON(dir, PlanFile, &p), dir.Close())
}

// Keys lists every lease of which a directory exists, sorted. What a crash left half made is not a lease.
func (s *Store) Keys() ([]string, error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasSuffix(e.Name(), ".new") {
			keys = append(keys, e.Name())
		}
	}
	slices.Sort(keys)
	return keys, nil
}

// Discard takes the directory of a lease away with all that is in it. Nothing of the lease may run any more.
func (s *Store) Discard(key string) error {
	err := os.Rename(s.Path(key), filepath.Join(s.trash.Name(), key))
	if errors.Is(err, fs.ErrExist) { // a crash left an older life of the same lease there
		if err := s.Sweep(); err != nil {
			return err
		}
		err = os.Rename(s.Path(key), filepath.Join(s.trash.Name(), key))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := syncDir(s.root); err != nil {
		return err
	}
	return removeAll(s.trash, key)
}

// Sweep removes what crashes left behind.
func (s *Store) Sweep() error {
	for _, root := range []*os.Root{s.trash, s.root} {
		entries, err := fs.ReadDir(root.FS(), ".")
		if err != nil {
			return err
		}
		for _, e := range entries {
			if root == s.root && !strings.HasSuffix(e.Name(), ".new") {
				continue
			}
			if err := removeAll(root, e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// RemoveAll is root.RemoveAll that also gets past directories whose owner locked himself out.
func RemoveAll(root *os.Root, name string) error { return removeAll(root, name) }

func removeAll(root *os.Root, name string) error {
	err := root.RemoveAll(name)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	if err := unlock(root, name); err != nil {
		return err
	}
	return root.RemoveAll(name)
}

// unlock gives the owner his rights to a directory tree back. It reads names through root, so it never leaves it.
func unlock(root *os.Root, name string) error {
	info, err := root.Lstat(name)
	if err != nil || !info.IsDir() {
		return err
	}
	if err := root.Chmod(name, 0o700); err != nil {
		return err
	}
	dir, err := root.Open(name)
	if err != nil {
		return err
	}
	names, err := dir.Readdirnames(-1)
	if err := errors.Join(err, dir.Close()); err != nil {
		return err
	}
	for _, n := range names {
		if err := unlock(root, filepath.Join(name, n)); err != nil {
			return err
		}
	}
	return nil
}
