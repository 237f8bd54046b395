package sandbox

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Tree clones what is mounted at dir, to be handed into a replica, without set-id programs and devices.
func Tree(dir *os.File, readOnly bool) (*os.File, error) {
	return tree(int(dir.Fd()), "", unix.AT_EMPTY_PATH, dir.Name(), readOnly)
}

// TreeAt is Tree for a path of the host, mounts below it included.
func TreeAt(path string, readOnly bool) (*os.File, error) {
	return tree(unix.AT_FDCWD, path, unix.AT_RECURSIVE, path, readOnly)
}

func tree(dir int, path string, how uint, name string, readOnly bool) (*os.File, error) {
	fd, err := unix.OpenTree(dir, path, how|unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return nil, fmt.Errorf("open tree %s: %w", name, err)
	}
	f := os.NewFile(uintptr(fd), name)
	attr := uint64(unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV)
	if readOnly {
		attr |= unix.MOUNT_ATTR_RDONLY
	}
	if err := protect(fd, attr); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// Overlay is a read-only tree that shows upper over lower.
func Overlay(upper, lower *os.File) (*os.File, error) {
	fs, err := unix.Fsopen("overlay", unix.FSOPEN_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	ctx := os.NewFile(uintptr(fs), "overlay")
	defer ctx.Close()
	// By descriptor, since the option's own separators may be in a path.
	dirs := fmt.Sprintf("/proc/self/fd/%d:/proc/self/fd/%d", upper.Fd(), lower.Fd())
	if err := unix.FsconfigSetString(fs, "lowerdir", dirs); err != nil {
		return nil, fmt.Errorf("overlay of %s: %w", lower.Name(), err)
	}
	if err := unix.FsconfigCreate(fs); err != nil {
		return nil, fmt.Errorf("overlay of %s: %w", lower.Name(), err)
	}
	mnt, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV)
	if err != nil {
		return nil, fmt.Errorf("overlay of %s: %w", lower.Name(), err)
	}
	return os.NewFile(uintptr(mnt), lower.Name()), nil
}

func protect(fd int, attr uint64) error {
	return unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH|unix.AT_RECURSIVE,
		&unix.MountAttr{Attr_set: attr, Propagation: unix.MS_PRIVATE})
}
