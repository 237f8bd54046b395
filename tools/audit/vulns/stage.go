package vulns

import (
	"context"
	"fmt"
	"io"

	"golang.org/x/vuln/scan"
)

// StageWord is the first argument by which main sees that it is to be govulncheck. govulncheck starts the go command itself
// and finds it by the environment of its process; so it has a process, with an environment of its own.
const StageWord = "govulncheck-stage"

// Stage is govulncheck: it runs with the arguments that follow StageWord and returns the exit code.
func Stage(ctx context.Context, args []string, out, problems io.Writer) int {
	c := scan.Command(ctx, args...)
	c.Stdin, c.Stdout, c.Stderr = emptyInput{}, out, problems
	err := c.Start()
	if err == nil {
		err = c.Wait()
	}
	if err != nil {
		fmt.Fprintln(problems, err)
		return 1
	}
	return 0
}

type emptyInput struct{}

func (emptyInput) Read([]byte) (int, error) { return 0, io.EOF }
