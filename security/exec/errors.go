package exec

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// Errors by which a caller tells one refusal from another. A missing file is fs.ErrNotExist.
var (
	// ErrUnknownProgram says that no program of this name is registered.
	ErrUnknownProgram = errors.New("no such program is registered")
	// ErrProgram says that the description of a program is malformed, or that its file is no program.
	ErrProgram = errors.New("program refused")
	// ErrForbidden says that a program or variable may never be registered: it is a way around the rules.
	ErrForbidden = errors.New("never allowed")
	// ErrUntrusted says that other users may change or replace a file or folder.
	ErrUntrusted = errors.New("other users may change it")
	// ErrArgument says that arguments have none of the registered shapes; the error is an *ArgumentError.
	ErrArgument = errors.New("argument refused")
	// ErrEnvironment says that a variable is not registered or its value has not the registered form.
	ErrEnvironment = errors.New("environment refused")
	// ErrCommand says that something else about a command is malformed: its folder, files, user, limits or signal.
	ErrCommand = errors.New("command refused")
	// ErrDeadline says that a program was killed because its time was over, or that it was given no time.
	ErrDeadline = errors.New("deadline")
	// ErrOutput says that a program was killed because it printed more than its limit, or because what it printed could
	// not be written.
	ErrOutput = errors.New("output")
	// ErrInput says that a program was killed because its standard input could not be read to its end.
	ErrInput = errors.New("input")
	// ErrLeftover says that a program ended but its output did not: a descendant outside its group holds it, or the writer
	// that it goes to hangs, in which case that write is still under way.
	ErrLeftover = errors.New("its output did not end with it")
	// ErrEnded says that a process has ended and takes no signals.
	ErrEnded = errors.New("process has ended")
	// ErrStage says that a start of our own program was refused.
	ErrStage = errors.New("stage refused")
)

// shown is how many bytes of a refused argument are repeated in an error.
const shown = 64

// ArgumentError says which argument was refused and what was wanted in its place. It is ErrArgument.
type ArgumentError struct {
	Program  string
	Position int    // in argv: 1 is the first argument
	Argument string // at most 64 bytes of it; empty where one is missing
	Rule     string // what it broke
	Want     string // what fits there
}

func (e *ArgumentError) Error() string {
	text := fmt.Sprintf("program %s: argument %d %q: %s", e.Program, e.Position, e.Argument, e.Rule)
	if e.Want != "" {
		text += "; hint: want " + e.Want
	}
	return text
}

// Unwrap makes every ArgumentError an ErrArgument.
func (e *ArgumentError) Unwrap() error { return ErrArgument }

// cut is the beginning of s that an error repeats.
func cut(s string) string { return s[:min(len(s), shown)] }

// ExitError says that a program ended and did not succeed.
type ExitError struct {
	Program string
	Code    int            // -1 when a signal ended it
	Signal  syscall.Signal // 0 when it ended by itself
	Stderr  string         // the end of its standard error where Run captured that, 4 KiB at most, as it was printed
}

// Error repeats what the program complained of. Nothing in it steers a terminal.
func (e *ExitError) Error() string {
	text := fmt.Sprintf("program %s: exit code %d", e.Program, e.Code)
	if e.Signal != 0 {
		text = fmt.Sprintf("program %s: ended by signal %d (%s)", e.Program, int(e.Signal), e.Signal)
	}
	if said := strings.TrimSpace(e.Stderr); said != "" {
		text += "\n" + printable(said)
	}
	return text
}

// printable replaces what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r != utf8.RuneError && unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
