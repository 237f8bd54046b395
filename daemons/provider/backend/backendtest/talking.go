package backendtest

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// errEnough ends a followed log.
var errEnough = errors.New("enough")

func (w world) lines(l backend.Logger, q backend.LogQuery) []string {
	w.t.Helper()
	var out []string
	require.NoError(w.t, l.Logs(w.t.Context(), lease(1), q, func(line backend.LogLine) error {
		require.False(w.t, line.At.IsZero(), "each line has its time")
		out = append(out, line.Stream+" "+line.Text)
		return nil
	}))
	return out
}

// optional runs a story for backends that have an interface; the others keep to the contract without it.
func optional[T any](run func(*testing.T, world, T)) func(*testing.T, world) {
	return func(t *testing.T, w world) {
		if b, ok := w.Backend.(T); ok {
			run(t, w, b)
		}
	}
}

var talking = []story{
	{"logs keep what was printed, by stream", optional(func(t *testing.T, w world, l backend.Logger) {
		w.ensure(1, spec(1, w.service("job", manifest.RestartNever, "print", "one", "then", "print", "two", "then", "complain", "three")))
		w.reach(1, backend.StateCompleted)
		require.ElementsMatch(t, []string{"stdout one", "stdout two", "stderr three"}, w.lines(l, backend.LogQuery{}))
		require.Len(t, w.lines(l, backend.LogQuery{Service: "job", Tail: 1}), 1)
	})},
	{"logs can be followed", optional(func(t *testing.T, w world, l backend.Logger) {
		w.ensure(1, spec(1, w.web()))
		ctx, cancel := context.WithTimeout(t.Context(), Patience)
		defer cancel()
		err := l.Logs(ctx, lease(1), backend.LogQuery{Follow: true}, func(line backend.LogLine) error {
			if strings.Contains(line.Text, "serving 8080") {
				return errEnough
			}
			return nil
		})
		require.ErrorIs(t, err, errEnough, "what is printed later arrives, and the reader's error comes back")
	})},
	{"logs of an unknown lease are ErrNotFound", optional(func(t *testing.T, w world, l backend.Logger) {
		err := l.Logs(t.Context(), lease(404), backend.LogQuery{}, func(backend.LogLine) error { return nil })
		require.ErrorIs(t, err, backend.ErrNotFound)
	})},
	{"a command runs beside the workload and tells its code", optional(func(t *testing.T, w world, x backend.Executor) {
		s := withVolume(w.service("web", manifest.RestartAlways, "write", "/data/file", "inside", "then", "stay"), true)
		w.ensure(1, spec(1, s))
		w.reach(1, backend.StateRunning)
		w.until("the command sees the workload's files", func() (bool, any) {
			var out, errs bytes.Buffer
			code, err := x.Exec(t.Context(), lease(1), backend.Exec{Service: "web",
				Command: []string{w.Program, "read", "/data/file"}, Stdout: &out, Stderr: &errs})
			require.NoError(t, err)
			return code == 0 && out.String() == "inside\n", out.String() + errs.String()
		})
		var out, errs bytes.Buffer
		code, err := x.Exec(t.Context(), lease(1), backend.Exec{Service: "web",
			Command: []string{w.Program, "complain", "oh", "then", "exit", "7"}, Stdout: &out, Stderr: &errs})
		require.NoError(t, err)
		require.Equal(t, 7, code)
		require.Equal(t, "oh\n", errs.String())
	})},
	{"a command reads what it is given", optional(func(t *testing.T, w world, x backend.Executor) {
		w.ensure(1, spec(1, w.service("web", manifest.RestartAlways, "stay")))
		w.reach(1, backend.StateRunning)
		var out, errs bytes.Buffer
		code, err := x.Exec(t.Context(), lease(1), backend.Exec{Service: "web", Command: []string{w.Program, "copy"},
			Stdin: strings.NewReader("through"), Stdout: &out, Stderr: &errs})
		require.NoError(t, err)
		require.Zero(t, code)
		require.Equal(t, "through", out.String())
	})},
	{"a command ends with its caller", optional(func(t *testing.T, w world, x backend.Executor) {
		w.ensure(1, spec(1, w.service("web", manifest.RestartAlways, "stay")))
		w.reach(1, backend.StateRunning)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		var out, errs bytes.Buffer
		_, err := x.Exec(ctx, lease(1), backend.Exec{Service: "web", Command: []string{w.Program, "stay"}, Stdout: &out, Stderr: &errs})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, backend.StateRunning, w.reach(1, backend.StateRunning).State, "the workload is not touched")
	})},
	{"a command for what does not run is refused", optional(func(t *testing.T, w world, x backend.Executor) {
		_, err := x.Exec(t.Context(), lease(404), backend.Exec{Service: "web", Command: []string{w.Program, "hostname"}})
		require.ErrorIs(t, err, backend.ErrNotFound)
	})},
	{"events tell what happened", optional(func(t *testing.T, w world, e backend.Eventer) {
		w.ensure(1, spec(1, w.service("job", manifest.RestartNever, "exit", "3")))
		w.reach(1, backend.StateFailed)
		events, err := e.Events(t.Context(), lease(1), time.Time{})
		require.NoError(t, err)
		var kinds []string
		for _, one := range events {
			kinds = append(kinds, one.Kind)
		}
		require.Subset(t, kinds, []string{"started", "exited"})
		later, err := e.Events(t.Context(), lease(1), events[len(events)-1].At)
		require.NoError(t, err)
		require.Empty(t, later)
	})},
}
