package cgroup

import (
	"path/filepath"

	"github.com/virtengine/virtengine/security/paths"
)

// files is the file systems that groups are directories of.
type files interface {
	Read(name string) ([]byte, error)
	// Write sets a control file. One that is not there is an error, not a new file.
	Write(name, value string) error
	// Make makes a group in one that exists. It being there is success.
	Make(dir string) error
	// Remove removes an empty group.
	Remove(dir string) error
	// Groups lists the groups right below one.
	Groups(dir string) ([]string, error)
}

// maxEntries is more than a group has files and groups below it.
const maxEntries = 1 << 16

// kernel is the real ones.
type kernel struct{}

func (kernel) Read(name string) ([]byte, error) { return paths.ReadKernel(name) }

func (kernel) Write(name, value string) error { return paths.WriteKernel(name, value) }

func (kernel) Make(dir string) error { return paths.MakeKernelDir(dir) }

func (kernel) Remove(dir string) error { return paths.RemoveKernelDir(dir) }

func (kernel) Groups(dir string) ([]string, error) {
	entries, err := paths.ListKernel(dir, maxEntries)
	if err != nil {
		return nil, err
	}
	var groups []string
	for _, e := range entries {
		if e.IsDir() {
			groups = append(groups, filepath.Join(dir, e.Name()))
		}
	}
	return groups, nil
}
