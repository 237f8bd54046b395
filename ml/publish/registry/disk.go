package registry

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

const (
	packsDir = "packs/sha256"
	indexDir = "index"
	suffix   = ".vepack"
)

// Disk is a registry in a folder. Several processes may use one.
type Disk struct {
	dir    *paths.Dir
	limits pack.Limits
	mu     sync.Mutex // of Publish
}

// OpenDisk opens a registry, or makes an empty one, in a folder that the caller closes. Nil fails with ErrNotFound.
func OpenDisk(dir *paths.Dir, l pack.Limits) (*Disk, error) {
	if dir == nil {
		return nil, fmt.Errorf("%w: no folder", ErrNotFound)
	}
	for _, name := range []string{packsDir, indexDir} {
		if err := dir.MakePublicDir(name); err != nil {
			return nil, err
		}
	}
	return &Disk{dir: dir, limits: l}, nil
}

func packFile(id hashes.Digest) string {
	return packsDir + "/" + hex.EncodeToString(id.Bytes()) + suffix
}

func recordFile(name string, v manifest.Version) string {
	return indexDir + "/" + name + "/" + v.String() + ".json"
}

// Names are the names that have versions, in order.
func (d *Disk) Names(ctx context.Context) ([]string, error) {
	all, err := d.list(ctx, indexDir, maxNames)
	return all, err
}

// list is what is in a folder, by name.
func (d *Disk) list(ctx context.Context, name string, limit int) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sub, err := d.dir.Sub(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	if err != nil {
		return nil, err
	}
	entries, err := sub.List(limit)
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out, errors.Join(err, sub.Close())
}

// Versions are a name's, oldest first.
func (d *Disk) Versions(ctx context.Context, name string) ([]Record, error) {
	if err := manifest.CheckName(name); err != nil {
		return nil, err
	}
	files, err := d.list(ctx, indexDir+"/"+name, maxVersions)
	if err != nil {
		return nil, err
	}
	var all []Record
	for _, file := range files {
		v, err := manifest.ParseVersion(strings.TrimSuffix(file, ".json"))
		if err != nil || !strings.HasSuffix(file, ".json") {
			return nil, fmt.Errorf("%w: %s/%s", ErrRecord, name, file)
		}
		r, err := d.Resolve(ctx, name, v)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	if len(all) == 0 { // a publisher died, or is between making the folder and the record
		return nil, fmt.Errorf("%w: %s", ErrNotFound, name)
	}
	slices.SortFunc(all, func(a, b Record) int { return a.Version.Compare(b.Version) })
	return all, nil
}

// Resolve says which pack a version is.
func (d *Disk) Resolve(ctx context.Context, name string, version manifest.Version) (Record, error) {
	if err := errors.Join(ctx.Err(), manifest.CheckName(name)); err != nil {
		return Record{}, err
	}
	raw, err := d.dir.ReadFile(recordFile(name, version), maxRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return Record{}, fmt.Errorf("%w: %s %s; hint: ve-model fetch REGISTRY lists what is there", ErrNotFound, name, version)
	}
	if err != nil {
		return Record{}, err
	}
	return readRecord(raw, name, version)
}

// readRecord reads what an index says, and that it speaks of what was asked for.
func readRecord(raw []byte, name string, version manifest.Version) (Record, error) {
	var r Record
	if err := canon.Unmarshal(raw, maxRecord, &r); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if r.Name != name || r.Version != version || r.ID.Algorithm() != hashes.SHA256 {
		return Record{}, fmt.Errorf("%w: it speaks of %.70q %s, asked was %s %s", ErrRecord, r.Name, r.Version, name, version)
	}
	return r, nil
}

// Open opens the archive of an id as it lies there, unchecked: for Handler, whose clients check.
func (d *Disk) open(id hashes.Digest) (*os.File, error) {
	if id.Algorithm() != hashes.SHA256 {
		return nil, fmt.Errorf("%w: %s is no id of a pack", ErrNotFound, id)
	}
	f, err := d.dir.Open(packFile(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: pack %s", ErrNotFound, id)
	}
	return f, err
}

// Fetch returns the pack of an id.
func (d *Disk) Fetch(ctx context.Context, id hashes.Digest) (*pack.Pack, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := d.open(id)
	if err != nil {
		return nil, err
	}
	p, err := pack.Read(f, id, d.limits)
	return p, errors.Join(err, f.Close())
}

// Publish adds a pack, or new signatures to one that is there. Publishing again what is there changes nothing and succeeds. Fails
// with ErrTaken, and with paths.ErrLocked while another process publishes.
func (d *Disk) Publish(ctx context.Context, p *pack.Pack) (record Record, err error) {
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	if p == nil {
		return Record{}, fmt.Errorf("%w: no pack", ErrNotFound)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	lock, err := d.dir.Lock("lock")
	if err != nil {
		return Record{}, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	m := p.Manifest()
	record = Record{m.Name, m.Version, m.ID}
	there, err := d.Resolve(ctx, m.Name, m.Version)
	switch {
	case err == nil && !there.ID.Equal(m.ID):
		return Record{}, fmt.Errorf("%w: %s %s is %s, this one is %s; hint: give it a new version", ErrTaken, m.Name, m.Version, there.ID, m.ID)
	case err != nil && !errors.Is(err, ErrNotFound):
		return Record{}, err
	}
	if err := d.store(ctx, p); err != nil {
		return Record{}, err
	}
	if there.ID.Equal(m.ID) {
		return record, nil
	}
	return record, d.name(record)
}

// store writes the archive, with the signatures that were there before.
func (d *Disk) store(ctx context.Context, p *pack.Pack) error {
	if there, err := d.Fetch(ctx, p.ID()); err == nil { // what is damaged is replaced
		if p, err = p.Attach(there.Envelope()); err != nil {
			return err
		}
		old, err := there.Archive()
		if err != nil {
			return err
		}
		if now, err := p.Archive(); err != nil || bytes.Equal(now, old) {
			return err
		}
	}
	raw, err := p.Archive()
	if err != nil {
		return err
	}
	if int64(len(raw)) > d.limits.Archive() {
		return fmt.Errorf("%w: %d bytes, this registry takes %d", pack.ErrLimit, len(raw), d.limits.Archive())
	}
	return d.dir.WriteFile(packFile(p.ID()), raw, paths.PublicFile)
}

// name writes the record, which makes the pack one that is found.
func (d *Disk) name(r Record) error {
	raw, err := canon.Marshal(r)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRecord, err)
	}
	if err := d.dir.MakePublicDir(indexDir + "/" + r.Name); err != nil {
		return err
	}
	return d.dir.CreateFile(recordFile(r.Name, r.Version), raw, paths.PublicFile)
}
