package cgroup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/safemath"
)

// Limits of one group. Zero leaves a limit off.
type Limits struct {
	CPUMilli    uint64 // thousandths of a core
	MemoryBytes uint64 // swap included
	PIDs        uint64
}

// Group is one group in every hierarchy.
type Group struct {
	tree *Tree
	path string // below each mount point
}

// Group names a group below the tree's parent. It is not made.
func (t *Tree) Group(name string) *Group {
	return &Group{tree: t, path: filepath.Join(t.parent, name)}
}

// Path names the group for At.
func (g *Group) Path() string { return g.path }

// Child names a group below this one. It is not made.
func (g *Group) Child(name string) *Group {
	return &Group{tree: g.tree, path: filepath.Join(g.path, name)}
}

// dirs are the group's directories, one per hierarchy, version 2 last.
func (g *Group) dirs() []string {
	var out []string
	for _, point := range g.tree.v1 {
		out = append(out, filepath.Join(point, g.path))
	}
	slices.Sort(out)
	out = slices.Compact(out)
	if g.tree.unified != "" {
		out = append(out, filepath.Join(g.tree.unified, g.path))
	}
	return out
}

// Make makes the group in every hierarchy, if it is not there. In version 2 a group holds either processes or groups:
// inner says which.
func (g *Group) Make(inner bool) error {
	for _, d := range g.dirs() {
		if err := g.tree.files.Make(d); err != nil && !g.optional(d) {
			return err
		}
	}
	if inner && g.tree.unified != "" && len(g.tree.inV2) > 0 {
		return g.tree.delegate(g.path)
	}
	return nil
}

// optional says that dir only helps to kill: its absence weakens no limit and no count.
func (g *Group) optional(dir string) bool {
	return len(g.tree.inV2) == 0 && dir == filepath.Join(g.tree.unified, g.path)
}

// Exists says whether the group is there.
func (g *Group) Exists() (bool, error) {
	dir, _, err := g.control("cpuacct")
	if err != nil {
		return false, err
	}
	_, err = g.tree.files.Groups(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (g *Group) control(controller string) (string, bool, error) {
	point, v2, err := g.tree.where(controller)
	return filepath.Join(point, g.path), v2, err
}

const period = 100 * time.Millisecond // of the processor quota

// Limit sets the group's limits.
func (g *Group) Limit(l Limits) error {
	quota := l.CPUMilli * safemath.Clamp[uint64](period.Microseconds()) / 1000
	if l.CPUMilli > 0 {
		quota = max(quota, 1000) // the kernel takes no less than a millisecond
		dir, v2, err := g.control("cpu")
		switch {
		case err != nil:
			return err
		case v2:
			err = g.tree.write(dir, "cpu.max", fmt.Sprintf("%d %d", quota, period.Microseconds()))
		default:
			err = errors.Join(g.tree.write(dir, "cpu.cfs_period_us", strconv.FormatInt(period.Microseconds(), 10)),
				g.tree.write(dir, "cpu.cfs_quota_us", strconv.FormatUint(quota, 10)))
		}
		if err != nil {
			return err
		}
	}
	if l.MemoryBytes > 0 {
		if err := g.limitMemory(l.MemoryBytes); err != nil {
			return err
		}
	}
	if l.PIDs > 0 {
		dir, _, err := g.control("pids")
		if err != nil {
			return err
		}
		return g.tree.write(dir, "pids.max", strconv.FormatUint(l.PIDs, 10))
	}
	return nil
}

func (g *Group) limitMemory(bytes uint64) error {
	dir, v2, err := g.control("memory")
	if err != nil {
		return err
	}
	n := strconv.FormatUint(bytes, 10)
	if v2 {
		// Without swap accounting there is no such file, and no swap to use either.
		return errors.Join(g.tree.write(dir, "memory.max", n), present(g.tree.write(dir, "memory.swap.max", "0")),
			present(g.tree.write(dir, "memory.oom.group", "1")))
	}
	// Memory with swap may never be below memory alone, so a rising limit goes in from the top, a falling one from below.
	soft := g.tree.write(dir, "memory.limit_in_bytes", n)
	if swap := present(g.tree.write(dir, "memory.memsw.limit_in_bytes", n)); swap != nil {
		return swap
	}
	if soft != nil {
		soft = g.tree.write(dir, "memory.limit_in_bytes", n)
	}
	return soft
}

func present(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Add moves a process into the group.
func (g *Group) Add(pid int) error {
	for _, d := range g.dirs() {
		if err := g.tree.write(d, "cgroup.procs", strconv.Itoa(pid)); err != nil && !g.optional(d) {
			return err
		}
	}
	return nil
}

// CPUNanos is the processor time that the group and all that ever was below it used since it was made.
func (g *Group) CPUNanos() (uint64, error) {
	dir, v2, err := g.control("cpuacct")
	if err != nil {
		return 0, err
	}
	if !v2 {
		return g.tree.number(dir, "cpuacct.usage")
	}
	us, err := g.tree.field(dir, "cpu.stat", "usage_usec")
	return us * 1000, err
}

// MemoryBytes is what the group holds now, without file pages that the kernel can drop at will.
func (g *Group) MemoryBytes() (uint64, error) {
	dir, v2, err := g.control("memory")
	if err != nil {
		return 0, err
	}
	current, inactive := "memory.usage_in_bytes", "total_inactive_file"
	if v2 {
		current, inactive = "memory.current", "inactive_file"
	}
	now, err := g.tree.number(dir, current)
	if err != nil {
		return 0, err
	}
	cache, err := g.tree.field(dir, "memory.stat", inactive)
	if err != nil {
		return 0, err
	}
	return now - min(now, cache), nil
}

// OOMKills counts how often the kernel ended a process of this group for want of memory.
func (g *Group) OOMKills() (uint64, error) {
	dir, v2, err := g.control("memory")
	if err != nil {
		return 0, err
	}
	if v2 {
		return g.tree.field(dir, "memory.events", "oom_kill")
	}
	return g.tree.field(dir, "memory.oom_control", "oom_kill")
}

// Epoch names this life of the group's counters: another after the group was made anew or the machine started again.
func (g *Group) Epoch() (string, error) {
	dir, _, err := g.control("cpuacct")
	if err != nil {
		return "", err
	}
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		return "", fmt.Errorf("%s: %w", dir, err)
	}
	boot, err := paths.ReadKernel("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.8s-%d-%d", boot, st.Ino, st.Ctim.Nano()), nil
}

// Kill ends every process of the group and below it, and returns when none is left.
func (g *Group) Kill(ctx context.Context) error {
	if err := g.stopForks(); err != nil {
		return err
	}
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		pids, err := g.PIDs()
		if err != nil {
			return err
		}
		if len(pids) == 0 {
			return nil
		}
		if g.tree.unified != "" {
			// One write where the kernel can; the loop is for what it missed.
			if err := present(g.tree.write(filepath.Join(g.tree.unified, g.path), "cgroup.kill", "1")); err != nil {
				return err
			}
		}
		for _, pid := range pids {
			if err := unix.Kill(pid, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("kill %d: %w", pid, err)
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d processes of %s do not end: %w", len(pids), g.path, ctx.Err())
		case <-tick.C:
		}
	}
}

// stopForks keeps processes from multiplying while they are killed.
func (g *Group) stopForks() error {
	dir, _, err := g.control("pids")
	if err != nil {
		return err
	}
	return present(g.tree.write(dir, "pids.max", "0"))
}

// PIDs lists every process of the group and below it, in any hierarchy.
func (g *Group) PIDs() ([]int, error) {
	var pids []int
	for _, d := range g.dirs() {
		below, err := g.tree.pidsBelow(d)
		if err != nil {
			return nil, err
		}
		pids = append(pids, below...)
	}
	slices.Sort(pids)
	return slices.Compact(pids), nil
}

// pidsBelow lists the processes of a group and those below it, in one hierarchy. Groups may go away meanwhile.
func (t *Tree) pidsBelow(dir string) ([]int, error) {
	data, err := t.files.Read(filepath.Join(dir, "cgroup.procs"))
	if errors.Is(err, unix.ENODEV) {
		return nil, nil
	}
	if err != nil {
		return nil, present(err)
	}
	var pids []int
	for _, f := range strings.Fields(string(data)) {
		pid, err := strconv.Atoi(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		pids = append(pids, pid)
	}
	children, err := t.files.Groups(dir)
	if err != nil {
		return nil, present(err)
	}
	for _, child := range children {
		below, err := t.pidsBelow(child)
		if err != nil {
			return nil, err
		}
		pids = append(pids, below...)
	}
	return pids, nil
}

// Remove takes the group and those below it away. They must be empty.
func (g *Group) Remove(ctx context.Context) error {
	for _, d := range g.dirs() {
		if err := g.tree.removeTree(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) removeTree(ctx context.Context, dir string) error {
	children, err := t.files.Groups(dir)
	if err != nil {
		return present(err)
	}
	for _, child := range children {
		if err := t.removeTree(ctx, child); err != nil {
			return err
		}
	}
	return t.removeEmpty(ctx, dir)
}

// removeEmpty removes a group. A dying process leaves its group a moment after it is gone from the list.
func (t *Tree) removeEmpty(ctx context.Context, dir string) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		err := t.files.Remove(dir)
		if !errors.Is(err, unix.EBUSY) {
			return present(err)
		}
		if children, err := t.files.Groups(dir); err == nil && len(children) > 0 {
			return unix.ENOTEMPTY // cgroups say EBUSY for both
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s stays busy: %w", dir, errors.Join(err, ctx.Err()))
		case <-tick.C:
		}
	}
}

func (t *Tree) number(dir, file string) (uint64, error) {
	data, err := t.files.Read(filepath.Join(dir, file))
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
}

func (t *Tree) field(dir, file, name string) (uint64, error) {
	data, err := t.files.Read(filepath.Join(dir, file))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), " "); ok && k == name {
			return strconv.ParseUint(v, 10, 64)
		}
	}
	return 0, fmt.Errorf("%s/%s has no %s", dir, file, name)
}
