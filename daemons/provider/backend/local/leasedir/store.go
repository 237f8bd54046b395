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
	"github.com/virtengine/virtengine/security/paths"
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
	state *paths.Dir // the directory of both
	root  *os.Root   // leases
	trash *os.Root   // on their way out
}

// Open makes and opens the store below path.
func Open(path string) (*Store, error) {
	s := &Store{path: filepath.Join(path, "leases")}
	var err error
	if s.state, err = paths.MakeDir(path); err != nil {
		return nil, err
	}
	if s.root, err = open(s.state, "leases"); err != nil {
		return nil, errors.Join(err, s.state.Close())
	}
	if s.trash, err = open(s.state, "trash"); err != nil {
		return nil, errors.Join(err, s.root.Close(), s.state.Close())
	}
	return s, nil
}

// open makes and opens a directory of the store.
func open(state *paths.Dir, name string) (*os.Root, error) {
	if err := state.MakeDir(name); err != nil {
		return nil, err
	}
	return state.Root().OpenRoot(name)
}

// Close releases what Open holds.
func (s *Store) Close() error { return errors.Join(s.root.Close(), s.trash.Close(), s.state.Close()) }

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
	if err := RemoveAll(s.root, building); err != nil {
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
	return paths.Over(s.root).Rename(building, key)
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
	err := s.state.Rename("leases/"+key, "trash/"+key)
	if errors.Is(err, fs.ErrExist) { // a crash left an older life of the same lease there
		if err := s.Sweep(); err != nil {
			return err
		}
		err = s.state.Rename("leases/"+key, "trash/"+key)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return RemoveAll(s.trash, key)
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
			if err := RemoveAll(root, e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// RemoveAll is root.RemoveAll that also gets past directories whose owner locked himself out.
func RemoveAll(root *os.Root, name string) error { return paths.Over(root).RemoveAll(name) }
