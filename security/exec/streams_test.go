package exec_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/exec"
)

func TestInput(t *testing.T) {
	r := children(t, nil)
	whole := strings.Repeat("0123456789abcdef", 1<<13) // more than a pipe holds
	c := as("cat")
	c.Stdin = strings.NewReader(whole)
	out, err := r.Run(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, whole, string(out.Stdout))

	c = as("cat")
	out, err = r.Run(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, out.Stdout, "without an input it is empty, and not ours")

	c = as("exit", "0")
	c.Stdin = strings.NewReader(whole)
	_, err = r.Run(t.Context(), c)
	require.NoError(t, err, "a program need not read its input")

	c = as("cat")
	c.Stdin = io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errBroken))
	_, err = r.Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrInput, "half an input does not pass for a whole one")
	require.ErrorIs(t, err, errBroken)

	file, err := os.CreateTemp(t.TempDir(), "input")
	require.NoError(t, err)
	defer file.Close()
	_, err = file.WriteString("from a file")
	require.NoError(t, err)
	_, err = file.Seek(0, io.SeekStart)
	require.NoError(t, err)
	c = as("cat")
	c.Stdin = file
	out, err = r.Run(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, "from a file", string(out.Stdout))
}

var errBroken = errors.New("broken")

// endless is an input that never comes.
type endless struct{ closed chan struct{} }

func (e endless) Read([]byte) (int, error) {
	<-e.closed
	return 0, io.EOF
}

func TestAnInputThatNeverComesHoldsNothingUp(t *testing.T) {
	closed := make(chan struct{})
	defer close(closed)
	c := as("exit", "0")
	c.Stdin = endless{closed}
	_, err := children(t, nil).Run(t.Context(), c)
	require.NoError(t, err)
}

func TestOutputIsBounded(t *testing.T) {
	r := children(t, nil)
	c := as("flood")
	c.MaxOutput = 10_000
	out, err := r.Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrOutput)
	require.Len(t, out.Stdout, 10_000, "what fits is kept")
	out, err = r.Run(t.Context(), as("flood"))
	require.ErrorIs(t, err, exec.ErrOutput, "also when nobody says")
	require.Len(t, out.Stdout, exec.DefaultOutput)

	c = as("cat")
	c.MaxOutput = 5
	c.Stdin = strings.NewReader("12345")
	out, err = r.Run(t.Context(), c)
	require.NoError(t, err, "as much as the limit is no flood")
	require.Equal(t, "12345", string(out.Stdout))
	c.Stdin = strings.NewReader("123456")
	out, err = r.Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrOutput, "one more is, though the program may have ended well: a cut output does not pass for a whole one")
	require.Equal(t, "12345", string(out.Stdout))
}

// broken fails after some bytes.
type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestOutputIsStreamed(t *testing.T) {
	r := children(t, nil)
	var both bytes.Buffer
	c := as("exit", "0")
	c.Stdout, c.Stderr = &both, &both
	out, err := r.Run(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, exec.Result{}, out)
	require.Equal(t, "printed beforecomplained\x1b[2J before", both.String(), "one writer for both gets them in order")

	c = as("flood")
	c.Stdout = &broken{left: 100_000}
	_, err = r.Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrOutput, "a full disk ends the program")
	require.ErrorIs(t, err, errBroken)

	file, err := os.CreateTemp(t.TempDir(), "log")
	require.NoError(t, err)
	defer file.Close()
	c = as("exit", "0")
	c.Stdout, c.Stderr = file, file
	_, err = r.Run(t.Context(), c)
	require.NoError(t, err)
	raw, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	require.Equal(t, "printed beforecomplained\x1b[2J before", string(raw))
}

func TestStartThrowsOutputAway(t *testing.T) {
	p, err := children(t, nil).Start(t.Context(), started("exit", "3"))
	require.NoError(t, err)
	var exit *exec.ExitError
	require.ErrorAs(t, p.Wait(), &exit)
	require.Equal(t, 3, exit.Code)
	require.Empty(t, exit.Stderr)
}

func TestWhoEscapesTheGroupIsReported(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close() // with it the escaped one ends
	c := as("escape")
	c.Files = []*os.File{r}
	c.Drain = 50 * time.Millisecond
	_, err = children(t, nil).Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrLeftover, "and holds nothing up for ever")
}
