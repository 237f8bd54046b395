package local

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/sandbox"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/spawn"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/supervise"
)

// Init must be the first thing main does, and TestMain where a test uses this backend. The backend starts its own
// program anew for its supervisors and replicas; in such a process Init does that work and does not return.
func Init() {
	if len(os.Args) < 3 || os.Args[1] != spawn.Word {
		return
	}
	runtime.LockOSThread()
	// A descriptor that somebody left open in the daemon must not reach a tenant. Descriptors that a stage is meant to
	// have are taken care of by it.
	if err := unix.CloseRange(spawn.Passed, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		fmt.Fprintln(os.Stderr, os.Args[2]+": close on exec:", err)
		os.Exit(125)
	}
	if err := stage(os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, os.Args[2]+":", err)
		os.Exit(125)
	}
	os.Exit(0)
}

func stage(name string, args []string) error {
	switch {
	case name == spawn.StageReplica && len(args) == 0:
		return sandbox.Stage()
	case name == spawn.StageEnter && len(args) == 0:
		return sandbox.Enter()
	case name == spawn.StageSupervise && len(args) == 1:
		runtime.UnlockOSThread()
		return supervise.Run(args[0])
	case name == spawn.StageOwnRoot && len(args) == 1:
		return ownRoot(args[0])
	}
	return errors.New("this is a stage of the local backend, started by the daemon itself")
}

// ownRoot leaves a chroot, if this is one, and then supervises.
func ownRoot(dir string) error {
	if err := enterOwnRoot(); err != nil {
		return err
	}
	return spawn.Become(spawn.StageSupervise, dir)
}

// enterOwnRoot makes the root directory the root of a mount namespace of its own.
//
// The kernel lets nobody in a chroot make a user namespace. Build systems and some installations run in one. Root may
// leave it and come back with the directory as a proper root: the same files are seen as before.
//
// It changes the calling thread only, which must be locked; a program executed from there has the new root.
func enterOwnRoot() error {
	// Also parts this thread's root from the other threads', without which it could not be changed.
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("mount namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil && !errors.Is(err, unix.EINVAL) {
		return fmt.Errorf("own mounts: %w", err) // EINVAL: in a chroot, / need not be a mount
	}
	root, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	ns, err := unix.Open("/proc/thread-self/ns/mnt", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	// Entering the namespace one is in leads to its real root.
	if err := unix.Setns(ns, unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("real root: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
		return fmt.Errorf("own mounts: %w", err)
	}
	if err := unix.Fchdir(root); err != nil {
		return err
	}
	tree, err := unix.OpenTree(unix.AT_FDCWD, ".", unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)
	if err != nil {
		return fmt.Errorf("clone root: %w", err)
	}
	if err := unix.MoveMount(tree, "", unix.AT_FDCWD, ".", unix.MOVE_MOUNT_F_EMPTY_PATH); err != nil {
		return fmt.Errorf("mount root: %w", err)
	}
	if err := unix.Fchdir(tree); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the old root: %w", err)
	}
	return unix.Chdir("/")
}
