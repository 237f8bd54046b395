package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/security/paths"
)

// maxSource bounds a generated file, in bytes.
const maxSource = 64 << 20

// compare lists what differs between the house and the generated files, one line each.
func (h house) compare(root string, files map[string][]byte) ([]difference, error) {
	var found []difference
	tree, err := openTree(root)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		have, err := tree.ReadFile(name, maxSource)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			found = append(found, difference{name, "missing"})
		case err != nil:
			return nil, err
		case !bytes.Equal(have, files[name]):
			found = append(found, difference{name, "stale"})
		}
	}
	err = fs.WalkDir(tree.Root().FS(), h.folder, func(name string, entry fs.DirEntry, err error) error {
		if name == h.folder && errors.Is(err, fs.ErrNotExist) && h.optional {
			return nil
		}
		if err != nil || entry.IsDir() || !(strings.HasSuffix(name, ".pb.go") || strings.HasSuffix(name, ".pb.gw.go")) {
			return err
		}
		if _, wanted := files[name]; !wanted {
			found = append(found, difference{name, "left over: no .proto yields it"})
		}
		return nil
	})
	return found, err
}

type difference struct{ path, what string }

func (d difference) String() string { return fmt.Sprintf("%s: %s", d.path, d.what) }

// write makes the tree equal to the generated files.
func write(root string, files map[string][]byte, differences []difference) error {
	tree, err := openTree(root)
	if err != nil {
		return err
	}
	defer tree.Close()
	for _, d := range differences {
		content, wanted := files[d.path]
		if !wanted {
			if err := tree.Remove(d.path); err != nil {
				return err
			}
			continue
		}
		if err := tree.MakePublicDir(path.Dir(d.path)); err != nil {
			return err
		}
		if err := tree.WriteFile(d.path, content, paths.PublicFile); err != nil {
			return err
		}
	}
	return nil
}

// openTree opens the repository. A team may share it, so its group may be allowed to write.
func openTree(root string) (*paths.Dir, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	tree, err := paths.OpenDir(abs, paths.OthersMayWrite)
	if err != nil {
		return nil, fmt.Errorf("%w; is --root the repository?", err)
	}
	return tree, nil
}
