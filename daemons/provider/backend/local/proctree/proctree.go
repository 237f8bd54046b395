// Package proctree reads about processes from /proc.
package proctree

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/safemath"
)

// userHz is the unit of the times in /proc/PID/stat. Linux fixes it at 100 for user space on every architecture Go has.
const userHz = 100

// Stat is what /proc/PID/stat says.
type Stat struct {
	State      byte
	StartTick  uint64 // since boot
	CPUNanos   uint64 // its own and that of the children it waited for
	MemoryRSS  uint64 // bytes
	ParentPID  int
	NumThreads int
}

// Read reads one process. fs.ErrNotExist when it is gone.
func Read(pid int) (Stat, error) {
	data, err := paths.ReadKernel(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, unix.ESRCH) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return Stat{}, err
	}
	return parse(data)
}

func parse(data []byte) (Stat, error) {
	// The name is in parentheses and may itself hold anything, so the rest begins after the last one.
	i := bytes.LastIndexByte(data, ')')
	if i < 0 {
		return Stat{}, errors.New("proc stat: no name")
	}
	f := strings.Fields(string(data[i+1:]))
	if len(f) < 22 {
		return Stat{}, fmt.Errorf("proc stat: %d fields after the name, want 22 or more", len(f))
	}
	var s Stat
	s.State = f[0][0]
	var ticks uint64
	for _, n := range []int{11, 12, 13, 14} { // utime stime cutime cstime
		v, err := strconv.ParseUint(f[n], 10, 64)
		if err != nil {
			return Stat{}, fmt.Errorf("proc stat: %w", err)
		}
		ticks += v
	}
	s.CPUNanos = ticks * (1_000_000_000 / userHz)
	var err error
	if s.StartTick, err = strconv.ParseUint(f[19], 10, 64); err != nil {
		return Stat{}, fmt.Errorf("proc stat: %w", err)
	}
	if s.ParentPID, err = strconv.Atoi(f[1]); err != nil {
		return Stat{}, fmt.Errorf("proc stat: %w", err)
	}
	if s.NumThreads, err = strconv.Atoi(f[17]); err != nil {
		return Stat{}, fmt.Errorf("proc stat: %w", err)
	}
	pages, err := strconv.ParseInt(f[21], 10, 64)
	if err != nil {
		return Stat{}, fmt.Errorf("proc stat: %w", err)
	}
	s.MemoryRSS = uint64(max(pages, 0)) * safemath.Clamp[uint64](os.Getpagesize())
	return s, nil
}

// Same says whether pid is still the process that started at startTick, and not a later one with its number.
func Same(pid int, startTick uint64) bool {
	s, err := Read(pid)
	return err == nil && s.StartTick == startTick && s.State != 'Z' && s.State != 'X'
}

// BootID names this run of the kernel.
func BootID() (string, error) {
	b, err := paths.ReadKernel("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(b)), err
}

// maxThreads is more than a process has under our limits.
const maxThreads = 1 << 16

// Sum adds up a process and all its descendants that live.
func Sum(pid int) (Stat, error) {
	total, err := Read(pid)
	if err != nil {
		return Stat{}, err
	}
	tasks, err := paths.ListKernel(fmt.Sprintf("/proc/%d/task", pid), maxThreads)
	if err != nil {
		return total, nil // it ended while we looked; what it used is in total
	}
	for _, t := range tasks {
		kids, err := paths.ReadKernel(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		if err != nil {
			continue // the thread ended
		}
		for _, k := range strings.Fields(string(kids)) {
			kid, err := strconv.Atoi(k)
			if err != nil {
				return Stat{}, fmt.Errorf("proc children: %w", err)
			}
			s, err := Sum(kid)
			if err != nil {
				continue // it ended
			}
			total.CPUNanos += s.CPUNanos
			total.MemoryRSS += s.MemoryRSS
			total.NumThreads += s.NumThreads
		}
	}
	return total, nil
}

// Kill ends the process that started at startTick, if it is still that one, whatever it does.
func Kill(pid int, startTick uint64) error {
	fd, err := unix.PidfdOpen(pid, 0)
	if errors.Is(err, unix.ESRCH) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pidfd of %d: %w", pid, err)
	}
	// The descriptor now names one process for good, so that checking who it is and killing it cannot race.
	if Same(pid, startTick) {
		err = unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
		if errors.Is(err, unix.ESRCH) {
			err = nil
		}
	}
	return errors.Join(err, unix.Close(fd))
}
