package keyring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

// ErrDamaged says that a keyring's file is no keyring, or not as we wrote it.
var ErrDamaged = errors.New("keyring is damaged")

// KeepVersions is how many versions of one secret stay; an older one goes when a new one comes.
const KeepVersions = 8

// Keyring is an open keyring. Safe for concurrent use, also by several processes.
type Keyring struct {
	file string
	now  func() time.Time

	mu   sync.Mutex
	key  Key
	seen hashes.Digest // of the file whose content is in open
	open plain
}

// Entry tells about a secret without it.
type Entry struct {
	Name    string
	Version int // the newest
	Created time.Time
}

// Create makes an empty keyring in a file, by its absolute path, that does not exist yet: else fs.ErrExist.
func Create(file string, key Key) error {
	data, err := encrypt(plain{Format: format}, key)
	if err != nil {
		return err
	}
	return paths.CreateFile(file, data, paths.Private)
}

// Open opens a keyring. Fails with secret.ErrNotFound, secret.ErrDenied for a wrong key or a file that others may read,
// or ErrDamaged.
//
//	now: time.Now outside tests
func Open(file string, key Key, now func() time.Time) (*Keyring, error) {
	if now == nil {
		return nil, errors.New("a keyring needs a clock")
	}
	k := &Keyring{file: file, now: now, key: key}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k, k.load()
}

// load reads the file again if it changed. The caller holds mu.
func (k *Keyring) load() error {
	data, err := paths.ReadSecretFile(k.file, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", secret.ErrNotFound, err)
	case errors.Is(err, paths.ErrNotPrivate), errors.Is(err, paths.ErrUntrusted), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %w", secret.ErrDenied, err)
	case err != nil:
		return fmt.Errorf("%w: %w", secret.ErrUnavailable, err)
	}
	digest := hashes.Of(data)
	if digest == k.seen {
		return nil // a passphrase's second of work is paid once per change
	}
	p, err := decrypt(data, k.key)
	if err != nil {
		p.wipe()
		return fmt.Errorf("%s: %w", k.file, err)
	}
	k.open.wipe()
	k.open, k.seen = p, digest
	return nil
}

// Fetch returns a secret by NAME, the newest version, or by NAME@VERSION.
func (k *Keyring) Fetch(ctx context.Context, name string) (secret.Bytes, error) {
	if err := begin(ctx, name); err != nil {
		return secret.Bytes{}, err
	}
	base, wanted, err := parseName(name)
	if err != nil {
		return secret.Bytes{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return secret.Bytes{}, err
	}
	for _, v := range slices.Backward(k.open.Secrets[base]) {
		if wanted == 0 || v.Version == wanted {
			return secret.Move(slices.Clone(v.Value)), nil
		}
	}
	return secret.Bytes{}, fmt.Errorf("%w in the keyring", secret.ErrNotFound)
}

// List tells about all secrets, by name.
func (k *Keyring) List(ctx context.Context) ([]Entry, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return nil, err
	}
	var out []Entry
	for _, name := range slices.Sorted(maps.Keys(k.open.Secrets)) {
		newest := k.open.Secrets[name][len(k.open.Secrets[name])-1]
		out = append(out, Entry{name, newest.Version, newest.Created})
	}
	return out, nil
}

// Put adds a version of a secret and returns its number, from 1 on. Fails with secret.ErrReference for a name that has
// other than small letters, digits and . _ - /, with secret.ErrTooLarge, secret.ErrEmpty, or paths.ErrLocked while
// another process changes the keyring.
func (k *Keyring) Put(ctx context.Context, name string, value secret.Bytes) (int, error) {
	if err := begin(ctx, name); err != nil {
		return 0, err
	}
	if err := checkName(name); err != nil {
		return 0, err
	}
	if value.Len() > secret.MaxSize {
		return 0, fmt.Errorf("%w: %d bytes, at most %d", secret.ErrTooLarge, value.Len(), secret.MaxSize)
	}
	raw, err := value.Reveal()
	if err != nil {
		return 0, err
	}
	defer clear(raw)
	number := 1
	err = k.change(func(p *plain) error {
		all := p.Secrets[name]
		if len(all) > 0 {
			number = all[len(all)-1].Version + 1
		}
		all = append(slices.Clone(all), version{number, k.now().UTC().Truncate(time.Second), raw})
		p.Secrets[name] = all[max(0, len(all)-KeepVersions):]
		return nil
	})
	return number, err
}

// Remove takes away a secret with all its versions. Fails with secret.ErrNotFound.
func (k *Keyring) Remove(ctx context.Context, name string) error {
	if err := begin(ctx, name); err != nil {
		return err
	}
	return k.change(func(p *plain) error {
		if _, ok := p.Secrets[name]; !ok {
			return fmt.Errorf("%w in the keyring: %q", secret.ErrNotFound, name)
		}
		delete(p.Secrets, name)
		return nil
	})
}

// Rekey closes the keyring with another key from now on. The old key still opens old copies of the file.
func (k *Keyring) Rekey(ctx context.Context, key Key) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if err := key.check(); err != nil {
		return err
	}
	return k.rewrite(key, func(*plain) error { return nil })
}

func (k *Keyring) change(edit func(*plain) error) error { return k.rewrite(Key{}, edit) }

// rewrite reads, edits and writes the file while no other process does. A zero key keeps the present one.
func (k *Keyring) rewrite(key Key, edit func(*plain) error) (err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key.pair == nil {
		key = k.key
	}
	dir, err := paths.OpenDir(filepath.Dir(k.file))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	lock, err := dir.Lock(filepath.Base(k.file) + ".lock")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := k.load(); err != nil {
		return err
	}
	next := plain{format, maps.Clone(k.open.Secrets)} // values are shared with the present content until that is read anew
	if next.Secrets == nil {
		next.Secrets = map[string][]version{}
	}
	if err := edit(&next); err != nil {
		return err
	}
	data, err := encrypt(next, key)
	if err != nil {
		return err
	}
	if err := dir.WriteFile(filepath.Base(k.file), data, paths.Private); err != nil {
		return err
	}
	k.key = key
	return nil
}

func begin(ctx context.Context, name string) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return secret.CheckName(name)
}

func parseName(s string) (name string, wanted int, err error) {
	name, number, versioned := strings.Cut(s, "@")
	if versioned {
		wanted, err = strconv.Atoi(number)
		if err != nil || wanted < 1 || strconv.Itoa(wanted) != number {
			return "", 0, fmt.Errorf("%w: behind @ stands a version, from 1 on", secret.ErrReference)
		}
	}
	return name, wanted, checkName(name)
}

func checkName(s string) error {
	if s == "" || len(s) > 200 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789._-/") != "" {
		return fmt.Errorf("%w: a keyring's names have 1 to 200 small letters, digits and . _ - /", secret.ErrReference)
	}
	return nil
}
