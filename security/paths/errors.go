package paths

import "errors"

// Errors by which a caller tells one refusal from another. A missing file is fs.ErrNotExist, an existing one fs.ErrExist.
var (
	// ErrName says that a name breaks a rule; the error is a *NameError, which says which one.
	ErrName = errors.New("name is not allowed")
	// ErrNotAbsolute says that a path depends on the current directory.
	ErrNotAbsolute = errors.New("path is not absolute")
	// ErrTooLarge says that a file or stream holds more bytes than its limit.
	ErrTooLarge = errors.New("larger than its limit")
	// ErrTooMany says that a directory holds more entries than its limit.
	ErrTooMany = errors.New("more entries than the limit")
	// ErrLimit says that the caller's limit is none.
	ErrLimit = errors.New("limit is negative")
	// ErrNotRegular says that a name is a pipe, a socket, a device or a directory where a file is wanted.
	ErrNotRegular = errors.New("not a regular file")
	// ErrNotPrivate says that others may read a secret.
	ErrNotPrivate = errors.New("readable by others")
	// ErrUntrusted says that other users may change what is in a directory or file.
	ErrUntrusted = errors.New("other users may change it")
	// ErrMode says that a Mode is none of the package's.
	ErrMode = errors.New("no such mode")
	// ErrLocked says that another holds a lock; process id or "unknown" follows.
	ErrLocked = errors.New("locked by process")
	// ErrBusy says that others kept taking the place of an unfinished write or of a lock.
	ErrBusy = errors.New("others keep replacing it")
	// ErrNotKernel says that a path is not below /proc, /sys or /dev.
	ErrNotKernel = errors.New("not a file of the kernel")
)
