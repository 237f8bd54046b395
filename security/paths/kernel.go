package paths

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// MaxKernel is how many bytes of a kernel's file are read.
const MaxKernel = 1 << 20

// ReadKernel reads a file below /proc or /sys, at most MaxKernel bytes. Links are followed as long as they stay below the
// same of the two, so /proc/PID/root leads nowhere. Fails with ErrNotKernel, ErrTooLarge, fs.ErrNotExist.
func ReadKernel(name string) ([]byte, error) {
	f, err := OpenKernel(name)
	if err != nil {
		return nil, err
	}
	data, err := readAll(f, name, MaxKernel, 0) // their sizes are not told
	return data, errors.Join(err, f.Close())
}

// WriteKernel writes a value to a control file below /proc or /sys, in one write as the kernel wants it. It makes no file.
func WriteKernel(name, value string) error {
	root, local, err := kernel(name)
	if err != nil {
		return err
	}
	f, err := root.OpenFile(local, os.O_WRONLY, 0)
	if err := errors.Join(err, root.Close()); err != nil {
		return err
	}
	_, err = f.WriteString(value)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write %q: %w", value, err)
	}
	return nil
}

// OpenKernel opens a file, device or directory below /proc, /sys or /dev for reading.
func OpenKernel(name string) (*os.File, error) {
	root, local, err := kernel(name)
	if err != nil {
		return nil, err
	}
	f, err := root.Open(local)
	if err := errors.Join(err, root.Close()); err != nil {
		return nil, err
	}
	return f, nil
}

// ListKernel returns what is in a directory below /proc, /sys or /dev, at most limit entries, by name.
func ListKernel(name string, limit int) ([]fs.DirEntry, error) {
	f, err := OpenKernel(name)
	if err != nil {
		return nil, err
	}
	entries, err := list(f, limit)
	return entries, errors.Join(err, f.Close())
}

// StatKernel tells about a name below /proc, /sys or /dev.
func StatKernel(name string) (fs.FileInfo, error) {
	root, local, err := kernel(name)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(local)
	return info, errors.Join(err, root.Close())
}

// MakeKernelDir makes a directory below /sys, such as a control group, in one that exists. It being there is success.
func MakeKernelDir(name string) error {
	return inKernelDir(name, func(at *os.Root, base string) error {
		err := at.Mkdir(base, publicDir)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if info, err := at.Stat(base); err != nil || info.IsDir() {
			return err
		}
		return &fs.PathError{Op: "mkdir", Path: name, Err: unix.ENOTDIR}
	})
}

// RemoveKernelDir removes a directory below /sys, such as an empty control group, and nothing that is no directory.
func RemoveKernelDir(name string) error {
	return inKernelDir(name, func(at *os.Root, base string) error {
		f, err := at.Open(".")
		if err != nil {
			return err
		}
		err = unix.Unlinkat(int(f.Fd()), base, unix.AT_REMOVEDIR)
		if err != nil {
			err = &fs.PathError{Op: "rmdir", Path: name, Err: err}
		}
		return errors.Join(err, f.Close())
	})
}

func inKernelDir(name string, act func(at *os.Root, base string) error) error {
	if !strings.HasPrefix(name, "/sys/") {
		return fmt.Errorf("%w: %q is not below /sys, where directories are made", ErrNotKernel, name)
	}
	root, local, err := kernel(name)
	if err != nil {
		return err
	}
	at, err := root.OpenRoot(path.Dir(local))
	if err := errors.Join(err, root.Close()); err != nil {
		return err
	}
	return errors.Join(act(at, path.Base(local)), at.Close())
}

// kernel opens the tree that a path is in. The path is ours, put together of constants and numbers; it must be clean so
// that nothing a number or a mount table brought along climbs out.
func kernel(name string) (*os.Root, string, error) {
	if path.Clean(name) == name {
		for _, top := range [...]string{"/proc", "/sys", "/dev"} {
			if local, ok := strings.CutPrefix(name, top+"/"); ok && filepath.IsLocal(local) {
				root, err := os.OpenRoot(top)
				return root, local, err
			}
		}
	}
	return nil, "", fmt.Errorf("%w: %q is no clean path below /proc, /sys or /dev", ErrNotKernel, name)
}

// OpenNamespace opens a namespace (net, mnt, pid, user and so on) of a process, or of the calling thread with pid 0.
func OpenNamespace(pid int, kind string) (*os.File, error) {
	kind, err := Name(kind)
	if err != nil {
		return nil, err
	}
	who := "thread-self"
	if pid != 0 {
		who = strconv.Itoa(pid)
	}
	f, err := os.Open("/proc/" + who + "/ns/" + kind) // no Root: these are links that only the kernel can follow
	if err != nil {
		return nil, err
	}
	var st unix.Statfs_t
	raw, err := f.SyscallConn()
	if err == nil {
		var failed error
		err = raw.Control(func(fd uintptr) { failed = unix.Fstatfs(int(fd), &st) })
		err = errors.Join(err, failed)
	}
	if err == nil && st.Type != unix.NSFS_MAGIC {
		err = fmt.Errorf("%w: %s is no namespace", ErrNotKernel, f.Name())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
