// Package unix stands for golang.org/x/sys/unix.
package unix

func Exec(argv0 string, argv []string, envv []string) error { return nil }

func Open(path string, mode int, perm uint32) (int, error) { return 0, nil }

func Syscall(trap, a1, a2, a3 uintptr) (r1, r2 uintptr, err error) { return 0, 0, nil }

const SYS_IOCTL = 16
