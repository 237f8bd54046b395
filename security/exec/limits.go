package exec

import (
	"fmt"
	"math"
	"time"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/safemath"
)

// Limits is what a program and each of its descendants may use, by setrlimit(2). They are set right after the start, so
// that what the program does, or starts, in its very first moment may miss them; they catch faults, and are no wall
// around a hostile program. Zero is as we have it, but no program of our user leaves a core dump. Limits of another
// user's program need CAP_SYS_RESOURCE, which root often has not in containers; a start without it fails.
type Limits struct {
	CPU         time.Duration // of all its threads; whole seconds, rounded up
	MemoryBytes uint64        // of address space
	FileBytes   uint64        // of each file it writes
	OpenFiles   uint64
	Processes   uint64 // of its user, in all
}

func (l Limits) check() error {
	if l.CPU < 0 {
		return fmt.Errorf("limit of %s of CPU", l.CPU)
	}
	return nil
}

// set applies the limits to a process; ours says that it runs as we do.
func (l Limits) set(pid int, ours bool) error {
	cpu, err := safemath.FromFloat[uint64](math.Ceil(l.CPU.Seconds()))
	if err != nil {
		return fmt.Errorf("limit of %s of CPU: %w", l.CPU, err)
	}
	for _, limit := range []struct {
		what     string
		resource int
		max      uint64
	}{
		{"CPU", unix.RLIMIT_CPU, cpu},
		{"memory", unix.RLIMIT_AS, l.MemoryBytes},
		{"file size", unix.RLIMIT_FSIZE, l.FileBytes},
		{"open files", unix.RLIMIT_NOFILE, l.OpenFiles},
		{"processes", unix.RLIMIT_NPROC, l.Processes},
	} {
		if limit.max == 0 {
			continue
		}
		if err := unix.Prlimit(pid, limit.resource, &unix.Rlimit{Cur: limit.max, Max: limit.max}, nil); err != nil {
			return fmt.Errorf("limit of %s to %d: %w", limit.what, limit.max, err)
		}
	}
	if !ours {
		return nil
	}
	if err := unix.Prlimit(pid, unix.RLIMIT_CORE, &unix.Rlimit{}, nil); err != nil {
		return fmt.Errorf("limit of core dumps: %w", err)
	}
	return nil
}
