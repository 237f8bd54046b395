package seccomp

import "golang.org/x/sys/unix"

const (
	auditArch uint32 = unix.AUDIT_ARCH_X86_64
	x32Bit    uint32 = 0x40000000 // calls of the x32 variant carry it, and would pass by number
)

var deniedHere = []uint32{unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_USTAT, unix.SYS_SYSFS,
	unix.SYS_MODIFY_LDT}
