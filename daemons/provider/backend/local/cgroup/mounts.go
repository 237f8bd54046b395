// Package cgroup limits, counts and ends groups of processes with Linux control groups.
//
// Version 1, version 2 and the hybrid of both are read: each controller is used where the machine has it mounted.
package cgroup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

// ErrMissing says that this machine, or this user, cannot limit with cgroups.
var ErrMissing = errors.New("cgroups cannot be used")

// controllers are what a lease needs to be limited and counted.
var controllers = []string{"cpu", "cpuacct", "memory", "pids"}

// Tree is the machine's hierarchies, seen from one parent group in each.
type Tree struct {
	parent  string            // below each mount point
	v1      map[string]string // controller -> mount point
	unified string            // mount point of version 2, empty when there is none
	inV2    []string          // controllers that version 2 has
	files   files
}

// Find reads what is mounted and makes the parent group, a path below each hierarchy's mount point.
// ErrMissing tells which controller cannot be used and why.
func Find(parent string) (*Tree, error) {
	f, err := paths.OpenKernel("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	t, err := parseMounts(f, kernel{})
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	t.parent = parent
	return t, t.prepare()
}

// At is Find for a group that exists: it looks and makes nothing.
func At(group string) (*Group, error) {
	f, err := paths.OpenKernel("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	t, err := parseMounts(f, kernel{})
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return &Group{tree: t, path: group}, nil
}

// parseMounts reads the format of proc_pid_mountinfo(5): the file system's type and options follow a lone dash.
func parseMounts(r io.Reader, files files) (*Tree, error) {
	t := &Tree{files: files, v1: map[string]string{}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		left, right, ok := strings.Cut(lines.Text(), " - ")
		if !ok {
			continue
		}
		l, r := strings.Fields(left), strings.Fields(right)
		if len(l) < 5 || len(r) < 3 {
			continue
		}
		point := unescape(l[4])
		switch r[0] {
		case "cgroup2":
			if t.unified == "" {
				t.unified = point
			}
		case "cgroup":
			for _, o := range strings.Split(r[2], ",") {
				if slices.Contains(controllers, o) {
					t.v1[o] = point
				}
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if t.unified != "" {
		have, err := t.files.Read(filepath.Join(t.unified, "cgroup.controllers"))
		if err != nil {
			return nil, err
		}
		t.inV2 = strings.Fields(string(have))
	}
	return t, nil
}

// unescape undoes the octal escapes of mountinfo.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// where is the mount point of a controller, and whether it is version 2.
func (t *Tree) where(controller string) (string, bool, error) {
	if p, ok := t.v1[controller]; ok {
		return p, false, nil
	}
	c := controller
	if c == "cpuacct" { // version 2 counts in cpu
		c = "cpu"
	}
	if slices.Contains(t.inV2, c) {
		return t.unified, true, nil
	}
	return "", false, fmt.Errorf("%w: controller %s is not mounted in version 1 and not offered in version 2", ErrMissing, controller)
}

// prepare makes the parent group and hands its controllers on to the groups below it.
func (t *Tree) prepare() error {
	for _, c := range controllers {
		point, v2, err := t.where(c)
		if err != nil {
			return err
		}
		if v2 {
			continue
		}
		for _, dir := range steps(point, t.parent) {
			if err := t.files.Make(dir); err != nil {
				return fmt.Errorf("%w: controller %s: %w", ErrMissing, c, err)
			}
		}
	}
	if t.unified == "" {
		return nil
	}
	err := t.delegate(t.parent)
	if err != nil && len(t.inV2) > 0 {
		return fmt.Errorf("%w: version 2: %w", ErrMissing, err)
	}
	if err != nil {
		t.unified = "" // hybrid, and not ours to write: version 1 does everything
	}
	return nil
}

// delegate makes group in version 2 and switches our controllers on for its children, and so for each of its ancestors.
func (t *Tree) delegate(group string) error {
	var want []string
	for _, c := range []string{"cpu", "memory", "pids"} {
		if slices.Contains(t.inV2, c) {
			want = append(want, "+"+c)
		}
	}
	for _, at := range append([]string{t.unified}, steps(t.unified, group)...) {
		if at != t.unified {
			if err := t.files.Make(at); err != nil {
				return err
			}
		}
		if len(want) == 0 {
			continue
		}
		has, err := t.files.Read(filepath.Join(at, "cgroup.subtree_control"))
		if err != nil {
			return err
		}
		on := strings.Fields(string(has))
		if !slices.ContainsFunc(want, func(c string) bool { return !slices.Contains(on, c[1:]) }) {
			continue // a delegated ancestor is not ours to write, and need not be
		}
		if err := t.write(at, "cgroup.subtree_control", strings.Join(want, " ")); err != nil {
			return err
		}
	}
	return nil
}

// steps are the groups on the way from a mount point down to a group, which comes last.
func steps(point, group string) []string {
	var out []string
	for part := range strings.SplitSeq(filepath.Clean(group), "/") {
		if part == "." {
			continue
		}
		point = filepath.Join(point, part)
		out = append(out, point)
	}
	return out
}

// write sets a control file. One that is not there is an error, not a new file.
func (t *Tree) write(dir, file, value string) error {
	if err := t.files.Write(filepath.Join(dir, file), value); err != nil {
		return fmt.Errorf("write %q: %w", value, err)
	}
	return nil
}

// Prune takes the parent group away, and the named ones below it. It waits until ctx ends for processes in them that are
// about to end; what is in use then stays.
func (t *Tree) Prune(ctx context.Context, names ...string) error {
	for _, g := range append(names, ".") {
		group := t.Group(g)
		if empty, err := group.await(ctx); err != nil || !empty {
			return err
		}
		for _, d := range group.dirs() {
			if err := t.removeEmpty(ctx, d); err != nil && !errors.Is(err, unix.ENOTEMPTY) && !errors.Is(err, unix.EBUSY) {
				return err
			}
		}
	}
	return nil
}

// await waits until a group is empty, and says whether it became so.
func (g *Group) await(ctx context.Context) (bool, error) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		pids, err := g.PIDs()
		if err != nil || len(pids) == 0 {
			return err == nil, err
		}
		select {
		case <-ctx.Done():
			return false, nil
		case <-tick.C:
		}
	}
}
