package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// devices are bound from the host, one file each. None of them reaches hardware.
var devices = []string{"null", "zero", "full", "random", "urandom", "tty"}

// hidden are files of /proc that tell about the whole machine. They read as empty inside.
var hidden = []string{"kcore", "keys", "timer_list", "sched_debug", "latency_stats", "sysrq-trigger", "kmsg", "kallsyms"}

// frozen are directories of /proc that are read-only inside.
var frozen = []string{"bus", "fs", "irq", "sys", "acpi", "scsi"}

// buildRoot makes the root from the mounts at hand and moves into it. What was mounted before is out of reach afterwards.
func buildRoot(c Config) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("own mounts: %w", err)
	}
	// Any directory serves to attach the new root; this one is everywhere.
	if err := attach(fdRoot, "/proc"); err != nil {
		return fmt.Errorf("root: %w", err)
	}
	if err := unix.Fchdir(fdRoot); err != nil {
		return err
	}
	if err := mountDev(); err != nil {
		return fmt.Errorf("/dev: %w", err)
	}
	if err := mountProc(); err != nil {
		return fmt.Errorf("/proc: %w", err)
	}
	for _, t := range []struct {
		at    string
		bytes uint64
	}{{"tmp", c.TmpBytes}, {"run", c.TmpBytes / 4}, {"var/tmp", c.TmpBytes / 4}} {
		opts := fmt.Sprintf("mode=1777,size=%d,nr_inodes=65536", t.bytes)
		if err := unix.Mount("tmpfs", t.at, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, opts); err != nil {
			return fmt.Errorf("/%s: %w", t.at, err)
		}
	}
	for i, m := range c.Mounts {
		if err := attach(fdRoot+1+i, path.Join(".", m.Target)); err != nil {
			return fmt.Errorf("%s: %w", m.Target, err)
		}
	}
	// The old root goes below the new one for a moment, at the same place, and is let go.
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the old root: %w", err)
	}
	return unix.Chdir("/")
}

// attach puts a detached mount at a path.
func attach(fd int, at string) error {
	return unix.MoveMount(fd, "", unix.AT_FDCWD, at, unix.MOVE_MOUNT_F_EMPTY_PATH)
}

func mountDev() error {
	if err := unix.Mount("tmpfs", "dev", "tmpfs", unix.MS_NOSUID|unix.MS_NOEXEC, "mode=755,size=65536"); err != nil {
		return err
	}
	for _, d := range devices {
		to := "dev/" + d
		//ve:allow filepaths the names are constants, below a file system made the moment before
		if err := os.WriteFile(to, nil, 0o600); err != nil {
			return err
		}
		if err := unix.Mount("/dev/"+d, to, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", d, err)
		}
	}
	for _, dir := range []string{"dev/pts", "dev/shm"} {
		//ve:allow filepaths the names are constants, below a file system made the moment before
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if err := unix.Mount("devpts", "dev/pts", "devpts", unix.MS_NOSUID|unix.MS_NOEXEC,
		"newinstance,ptmxmode=0666,mode=0620"); err != nil {
		return fmt.Errorf("pts: %w", err)
	}
	if err := unix.Mount("tmpfs", "dev/shm", "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC,
		"mode=1777,size=64m,nr_inodes=65536"); err != nil {
		return fmt.Errorf("shm: %w", err)
	}
	for name, to := range map[string]string{"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "/proc/self/fd/0",
		"stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"} {
		//ve:allow filepaths the names are constants, below a file system made the moment before
		if err := os.Symlink(to, "dev/"+name); err != nil {
			return err
		}
	}
	return nil
}

func mountProc() error {
	if err := unix.Mount("proc", "proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("%w; hint: where parts of the host's /proc are covered, as in many containers, the kernel "+
			"allows no new one", err)
	}
	for _, name := range hidden {
		if err := unix.Mount("/dev/null", "proc/"+name, "", unix.MS_BIND, ""); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, name := range frozen {
		at := "proc/" + name
		tree, err := unix.OpenTree(unix.AT_FDCWD, at, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		err = errors.Join(protect(tree, unix.MOUNT_ATTR_RDONLY), attach(tree, at), unix.Close(tree))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
