package training

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/recipes"
	"github.com/virtengine/virtengine/ml/onnx"
)

// clock is a second further each time.
func clock() func() time.Time {
	now := time.Unix(0, 0)
	return func() time.Time { now = now.Add(time.Second); return now }
}

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	c := Command(clock())
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetArgs(args)
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

func TestAnInterruptedRunGivesTheSameFile(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	said, err := run(t, "liveness", "--seed", "9", "--steps", "2", "--out", file("whole.onnx"), "--checkpoint", file("a.ckpt"), "--every", "1")
	require.NoError(t, err)
	require.Contains(t, said, "sha256:")
	require.Contains(t, said, "liveness step 2/2")

	// A run of the same length that is ended after its first step.
	recipe, err := recipes.Find("liveness")
	require.NoError(t, err)
	r, err := train.New(recipe, 9, 2)
	require.NoError(t, err)
	require.NoError(t, r.To(t.Context(), 1, train.Progress{}))
	require.NoError(t, os.WriteFile(file("half.ckpt"), r.Checkpoint(), 0o600))
	_, err = run(t, "liveness", "--seed", "9", "--steps", "2", "--out", file("resumed.onnx"), "--resume", file("half.ckpt"))
	require.NoError(t, err)

	whole, err := os.ReadFile(file("whole.onnx"))
	require.NoError(t, err)
	resumed, err := os.ReadFile(file("resumed.onnx"))
	require.NoError(t, err)
	require.Equal(t, whole, resumed)
	m, err := onnx.Decode(whole, onnx.DefaultLimits())
	require.NoError(t, err)
	require.Equal(t, "9", m.Metadata["seed"])

	_, err = run(t, "liveness", "--seed", "8", "--steps", "2", "--out", file("x.onnx"), "--resume", file("half.ckpt"))
	require.ErrorIs(t, err, train.ErrCheckpoint, "another seed is another run")
}

func TestListAndRefusals(t *testing.T) {
	said, err := run(t, "--list")
	require.NoError(t, err)
	for _, d := range nets.All() {
		require.Contains(t, said, d.Name+": ")
	}
	require.Contains(t, said, "no recipe yet")
	for name, tc := range map[string]struct {
		reason string
		args   []string
		want   error
	}{
		"Model":  {"no such network", []string{"palm", "--out", "x.onnx"}, nets.ErrUnknown},
		"Recipe": {"a definition alone trains nothing", []string{"scorer", "--out", "x.onnx"}, train.ErrRecipe},
		"Seed":   {"evaluations keep theirs", []string{"liveness", "--out", "x.onnx", "--seed", "1000042"}, train.ErrRecipe},
		"Resume": {"no such file", []string{"liveness", "--out", "x.onnx", "--resume", filepath.Join(t.TempDir(), "none")}, os.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := run(t, tc.args...)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	_, err = run(t, "liveness")
	require.ErrorContains(t, err, "hint:")
}
