// Package spawn starts every process of the local backend. There is no other place in it that does.
//
// All of them are this same program, entered at a stage: nothing is looked up on a path and no shell is involved.
package spawn

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/exec"
)

// Word is the first argument of a stage.
const Word = "sandbox-init"

// Passed is the first descriptor after standard input, output and error.
const Passed = 3

// The stages.
const (
	StageOwnRoot   = "own-root"  // makes the root directory the root of a mount namespace, then supervises
	StageSupervise = "supervise" // supervises one lease
	StageReplica   = "replica"   // becomes the first process of a replica
	StageEnter     = "enter"     // runs one more command in a replica
)

// Self is this program, even where its file was replaced since it started.
const Self = "/proc/self/exe"

// Argv is the command line of a stage.
func Argv(stage string, args ...string) []string {
	return append([]string{"provider-daemon", Word, stage}, args...)
}

// Start starts a stage of this program, by its path Self or Program. files become descriptors 0, 1, 2, ...; nothing else
// is passed on, neither descriptors nor environment.
func Start(program string, argv []string, files []*os.File, attr *syscall.SysProcAttr) (*os.Process, error) {
	if len(argv) < 3 {
		return nil, errors.New("spawn: a stage has a name")
	}
	self, err := exec.NewSelf(Word)
	if err != nil {
		return nil, err
	}
	p, err := self.Start(program, argv, files, attr)
	if err != nil {
		return nil, fmt.Errorf("start stage %s: %w", argv[2], err)
	}
	return p, nil
}

// Become makes this process a stage of this program. It returns only when it fails.
func Become(stage string, args ...string) error {
	//ve:allow command this process becomes another stage of its own program
	return unix.Exec(Self, Argv(stage, args...), []string{})
}
