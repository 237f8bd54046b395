package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// Open reads a pack that lies unpacked in a folder: manifest.json, the files that it lists, perhaps signatures.json, and nothing
// else: no other file, no folder, no link. Fails as Read does.
//
//	want: the id that the pack must have; the zero Digest: any
func Open(dir *paths.Dir, want hashes.Digest, l Limits) (*Pack, error) {
	unread, err := regular(dir)
	if err != nil {
		return nil, err
	}
	read := func(name string, limit int64) ([]byte, error) {
		if !unread[name] {
			return nil, fmt.Errorf("%w: %s is missing", ErrFiles, name)
		}
		delete(unread, name)
		raw, err := dir.ReadFile(name, limit)
		if errors.Is(err, paths.ErrTooLarge) {
			return nil, fmt.Errorf("%w: %w", ErrLimit, err)
		}
		return raw, err
	}
	raw, err := read(manifest.ManifestFile, manifest.MaxBytes)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(raw, want, l)
	if err != nil {
		return nil, err
	}
	files := make([][]byte, 0, len(m.Files))
	for _, f := range m.Files {
		content, err := read(f.Name, l.bytes())
		if err != nil {
			return nil, err
		}
		files = append(files, content)
	}
	p, err := assemble(m, raw, files)
	if err != nil {
		return nil, err
	}
	if unread[manifest.SignaturesFile] {
		raw, err := read(manifest.SignaturesFile, signature.MaxBytes)
		if err != nil {
			return nil, err
		}
		if p, err = p.withSignatureFile(raw); err != nil {
			return nil, err
		}
	}
	if len(unread) > 0 {
		return nil, fmt.Errorf("%w: %.110q are not in it", ErrFiles, slices.Sorted(maps.Keys(unread)))
	}
	return p, nil
}

// regular lists a folder's files, and refuses what is no file.
func regular(dir *paths.Dir) (map[string]bool, error) {
	all, err := dir.List(manifest.MaxFiles + 2)
	if errors.Is(err, paths.ErrTooMany) {
		return nil, fmt.Errorf("%w: %w", ErrLimit, err)
	}
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, e := range all {
		if e.Type()&fs.ModeType != 0 {
			return nil, fmt.Errorf("%w: %.110q is no regular file but %s", ErrFiles, e.Name(), e.Type())
		}
		names[e.Name()] = true
	}
	return names, nil
}
