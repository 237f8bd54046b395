package sandbox

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// child is what the forked process needs, all of it made before the fork.
//
// The kernel lets only a process of one thread join a user namespace, and a Go program never is one. A fork has one
// thread. Nothing of Go's runtime works in it, so from fork to execve it does bare system calls and touches no memory
// but this struct and its own stack, and no function checks the stack's bound: at that check the runtime may switch
// goroutines, and would wait for threads that are not there.
type child struct {
	joins      int
	uid, gid   uintptr
	tty        bool
	dropGroups bool
	program    unix.SockFprog
	paths      []*byte
	argv, env  []*byte
	dir        *byte

	none   [2]unix.CapUserData
	header unix.CapUserHeader
	line   [64]byte
}

type forked struct {
	pid   int
	errno syscall.Errno
}

// Why the child failed, told as letters, since it cannot format.
const (
	failJoin = "cannot join the replica, errno "
	failFork = "cannot fork in the replica, errno "
	failDrop = "cannot give up rights, errno "
	failTTY  = "cannot take the terminal, errno "
	failDir  = "working directory, errno "
	failExec = "no such program, or it cannot be run, errno "
)

// fork makes the joiner: it enters the namespaces and leaves a process in them to our caller.
//
//go:noinline
//go:nosplit
//go:norace
func (c *child) fork() forked {
	c.header.Version = unix.LINUX_CAPABILITY_VERSION_3
	pid, _, errno := syscall.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 || pid != 0 {
		return forked{int(pid), errno}
	}
	for i := range c.joins {
		if _, _, errno = syscall.RawSyscall(unix.SYS_SETNS, uintptr(fdJoin+i), 0, 0); errno != 0 {
			c.fail(failJoin, errno)
		}
	}
	// Only a child is in the pid namespace joined. It becomes our parent's, who waits for it.
	pid, _, errno = syscall.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD)|unix.CLONE_PARENT, 0, 0, 0, 0, 0)
	if errno != 0 {
		c.fail(failFork, errno)
	}
	if pid != 0 {
		c.exit(0)
	}
	c.become()
	return forked{}
}

// become gives up every right and turns into the tenant's program.
//
//go:nosplit
//go:norace
func (c *child) become() {
	var errno syscall.Errno
	syscall.RawSyscall(unix.SYS_SETSID, 0, 0, 0)
	if c.tty {
		if _, _, errno = syscall.RawSyscall(unix.SYS_IOCTL, 0, unix.TIOCSCTTY, 0); errno != 0 {
			c.fail(failTTY, errno)
		}
	}
	c.mustDrop(unix.SYS_KEYCTL, unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0)
	if c.dropGroups {
		c.mustDrop(unix.SYS_SETGROUPS, 0, 0, 0)
	}
	c.mustDrop(unix.SYS_SETRESGID, c.gid, c.gid, c.gid)
	// A change of user takes capabilities from user 0 only, and this one was no user of the namespace.
	c.mustDrop(unix.SYS_SETRESUID, c.uid, c.uid, c.uid)
	c.mustDrop(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0)
	for i := uintptr(0); i < 64; i++ {
		_, _, errno = syscall.RawSyscall6(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, i, 0, 0, 0, 0)
		if errno == unix.EINVAL {
			break
		}
		if errno != 0 {
			c.fail(failDrop, errno)
		}
	}
	c.mustDrop(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&c.header)), uintptr(unsafe.Pointer(&c.none[0])), 0)
	c.mustDrop(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0)
	if _, _, errno = syscall.RawSyscall(unix.SYS_CHDIR, uintptr(unsafe.Pointer(c.dir)), 0, 0); errno != 0 {
		c.fail(failDir, errno)
	}
	c.mustDrop(unix.SYS_SECCOMP, 1 /* SECCOMP_SET_MODE_FILTER */, 0, uintptr(unsafe.Pointer(&c.program)))
	for i := range c.paths {
		_, _, errno = syscall.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(c.paths[i])),
			uintptr(unsafe.Pointer(&c.argv[0])), uintptr(unsafe.Pointer(&c.env[0])))
	}
	c.fail(failExec, errno)
}

// mustDrop is a call without which the program may not run.
//
//go:nosplit
//go:norace
func (c *child) mustDrop(call, a, b, d uintptr) {
	if _, _, errno := syscall.RawSyscall6(call, a, b, d, 0, 0, 0); errno != 0 {
		c.fail(failDrop, errno)
	}
}

// fail tells why and ends the process.
//
//go:nosplit
//go:norace
func (c *child) fail(why string, errno syscall.Errno) {
	n := 0
	for i := 0; i < len(why); i++ {
		c.line[n] = why[i]
		n++
	}
	for d := syscall.Errno(100); d > 0; d /= 10 {
		c.line[n] = byte('0' + errno/d%10)
		n++
	}
	syscall.RawSyscall(unix.SYS_WRITE, fdReport, uintptr(unsafe.Pointer(&c.line[0])), uintptr(n))
	c.exit(126)
}

//go:nosplit
//go:norace
func (c *child) exit(code uintptr) {
	for {
		syscall.RawSyscall(unix.SYS_EXIT_GROUP, code, 0, 0)
	}
}
