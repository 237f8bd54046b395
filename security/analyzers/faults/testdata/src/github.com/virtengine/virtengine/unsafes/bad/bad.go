// Package bad leaves Go's memory safety in ways that were found in the wild.
package bad

import (
	"reflect"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A string without a copy, until somebody writes the bytes.
func text(b []byte) string { return unsafe.String(&b[0], len(b)) } // want `unsafe.String`

func alias(b []byte) string { return *(*string)(unsafe.Pointer(&b)) } // want `unsafe.Pointer`

func header(s string) uintptr {
	h := (*reflect.StringHeader)(unsafe.Pointer(&s)) // want `reflect.StringHeader` `unsafe.Pointer`
	return h.Data
}

// Pointer arithmetic.
func at(p *int, i int) int {
	return *(*int)(unsafe.Add(unsafe.Pointer(p), i*int(unsafe.Sizeof(*p)))) // want `unsafe.Add` `unsafe.Pointer` `unsafe.Sizeof`
}

func slice(p *byte, n int) []byte { return unsafe.Slice(p, n) } // want `unsafe.Slice`

// An unexported field, written.
func reach(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), v.UnsafePointer()).Elem() // want `reflect.NewAt` `reflect.Value.UnsafePointer`
}

func kernel(fd uintptr, request uintptr, arg uintptr) error {
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, request, arg) // want `syscall.Syscall: raw system call`
	return errno
}

func kernel6() { syscall.RawSyscall6(0, 0, 0, 0, 0, 0, 0) } // want `syscall.RawSyscall6`

var call = unix.Syscall // want `golang.org/x/sys/unix.Syscall`

//go:linkname runtimeNano runtime.nanotime // want `a linkname reaches`
func runtimeNano() int64

func address(v reflect.Value) uintptr { return v.UnsafeAddr() } // want `reflect.Value.UnsafeAddr`
