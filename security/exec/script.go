package exec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// headBytes is how much of a script's first line Linux reads.
const headBytes = 256

// interpreterOf is the program that a script's first line names; empty for what is no script. A file that may be run but
// not read cannot be a script.
func interpreterOf(file string) (string, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrPermission) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	line, is := bytes.CutPrefix(head[:n], []byte("#!"))
	if !is {
		return "", nil
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	words := bytes.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || r == 0 })
	if len(words) == 0 || words[0][0] != '/' {
		return "", fmt.Errorf("%w: script %s names no absolute interpreter", ErrProgram, file)
	}
	return string(words[0]), nil
}
