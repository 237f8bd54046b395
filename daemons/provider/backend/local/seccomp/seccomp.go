// Package seccomp builds the filter of system calls that a tenant's program runs under.
//
// It is a deny-list: a call that reaches into the kernel's configuration, other processes or new namespaces answers
// EPERM, as if a privilege were missing, which every program understands.
package seccomp

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/safemath"
)

// Offsets in struct seccomp_data (linux/seccomp.h).
const (
	offNumber = 0
	offArch   = 4
	offArgs   = 16
)

const (
	load   = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	jumpEq = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	jumpGe = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	jumpOn = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
	answer = unix.BPF_RET | unix.BPF_K

	retAllow = 0x7fff0000
	retKill  = 0x80000000 // the whole process
	retErrno = 0x00050000
)

// newNamespaces are clone's flags that make a namespace.
const newNamespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET |
	unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP

// denied is what answers EPERM on every architecture.
var denied = []uint32{
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_CHROOT, unix.SYS_FSOPEN, unix.SYS_FSCONFIG,
	unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_OPEN_TREE, unix.SYS_MOVE_MOUNT, unix.SYS_MOUNT_SETATTR,
	unix.SYS_UNSHARE, unix.SYS_SETNS,
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_KCMP, unix.SYS_PIDFD_GETFD,
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD,
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER, // opens files past any filter
	unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, // keys are not in a namespace
	unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_REBOOT,
	unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_SYSLOG, unix.SYS_VHANGUP,
	unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_ADJTIMEX,
	unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME,
	unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_MOVE_PAGES, unix.SYS_MIGRATE_PAGES,
}

// rule refuses a call by the low half of one argument.
type rule struct {
	call  uint32
	arg   uint32
	bits  bool // refuse when any of these bits is set, not when equal
	value uint32
}

var rules = []rule{
	{unix.SYS_CLONE, 0, true, newNamespaces},
	{unix.SYS_IOCTL, 1, false, unix.TIOCSTI},    // types into another's terminal
	{unix.SYS_IOCTL, 1, false, unix.TIOCLINUX},  // the same by the console's selection
	{unix.SYS_SOCKET, 0, false, unix.AF_VSOCK},  // leads to the hypervisor past the network namespace
	{unix.SYS_SOCKET, 0, false, unix.AF_ALG},    // the kernel's ciphers: much code, little use
	{unix.SYS_SOCKET, 0, false, unix.AF_PACKET}, // raw frames
}

// Filter is the program, ready for Install.
func Filter() ([]unix.SockFilter, error) {
	if auditArch == 0 {
		return nil, fmt.Errorf("no system call filter for this processor architecture")
	}
	p := []unix.SockFilter{
		{Code: load, K: offArch},
		{Code: jumpEq, K: auditArch, Jt: 1},
		{Code: answer, K: retKill}, // another architecture has other numbers for the same calls
		{Code: load, K: offNumber},
	}
	if x32Bit != 0 {
		p = append(p, unix.SockFilter{Code: jumpGe, K: x32Bit, Jf: 1}, unix.SockFilter{Code: answer, K: retKill})
	}
	refuse := func(number, errno uint32) {
		p = append(p, unix.SockFilter{Code: jumpEq, K: number, Jf: 1}, unix.SockFilter{Code: answer, K: retErrno | errno})
	}
	for _, n := range append(denied, deniedHere...) {
		refuse(n, uint32(unix.EPERM))
	}
	// A filter cannot look behind clone3's pointer. ENOSYS makes C libraries fall back to clone.
	refuse(unix.SYS_CLONE3, uint32(unix.ENOSYS))
	for _, r := range rules {
		test := unix.SockFilter{Code: jumpEq, K: r.value, Jf: 1}
		if r.bits {
			test.Code = jumpOn
		}
		p = append(p,
			unix.SockFilter{Code: jumpEq, K: r.call, Jf: 4},
			unix.SockFilter{Code: load, K: offArgs + 8*r.arg}, // little-endian: the low half comes first
			test,
			unix.SockFilter{Code: answer, K: retErrno | uint32(unix.EPERM)},
			unix.SockFilter{Code: load, K: offNumber},
		)
	}
	return append(p, unix.SockFilter{Code: answer, K: retAllow}), nil
}

// Install puts the calling thread under the program for good, and whatever it executes or forks.
// The thread must have no_new_privs set.
func Install(program []unix.SockFilter) error {
	length, err := safemath.To[uint16](len(program))
	if err != nil || length == 0 {
		return fmt.Errorf("seccomp: a filter of %d instructions: %w", len(program), unix.EINVAL)
	}
	f := unix.SockFprog{Len: length, Filter: &program[0]}
	//ve:allow unsafes golang.org/x/sys has no call that installs a filter
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, 1 /* SECCOMP_SET_MODE_FILTER */, 0, uintptr(unsafe.Pointer(&f)))
	if errno != 0 {
		return fmt.Errorf("system call filter: %w", errno)
	}
	return nil
}
