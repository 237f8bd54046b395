package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// compare lists what differs between the tree and the generated files, one line each.
func compare(root string, files map[string][]byte) ([]difference, error) {
	var found []difference
	for _, name := range slices.Sorted(maps.Keys(files)) {
		have, err := os.ReadFile(filepath.Join(root, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			found = append(found, difference{name, "missing"})
		case err != nil:
			return nil, err
		case !bytes.Equal(have, files[name]):
			found = append(found, difference{name, "stale"})
		}
	}
	err := filepath.WalkDir(filepath.Join(root, "chain"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !(strings.HasSuffix(name, ".pb.go") || strings.HasSuffix(name, ".pb.gw.go")) {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if _, wanted := files[filepath.ToSlash(rel)]; !wanted {
			found = append(found, difference{filepath.ToSlash(rel), "left over: no .proto yields it"})
		}
		return nil
	})
	return found, err
}

type difference struct{ path, what string }

func (d difference) String() string { return fmt.Sprintf("%s: %s", d.path, d.what) }

// write makes the tree equal to the generated files.
func write(root string, files map[string][]byte, differences []difference) error {
	for _, d := range differences {
		name := filepath.Join(root, d.path)
		content, wanted := files[d.path]
		if !wanted {
			if err := os.Remove(name); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
