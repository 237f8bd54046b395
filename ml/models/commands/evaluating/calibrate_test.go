package evaluating

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
)

func TestParametersComeFromAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipeline.json")
	want := pipeline.Default()
	want.FaceLogit = -1 << 24
	raw, err := json.MarshalIndent(want, "", " ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, raw, 0o600))
	got, err := readParams(name)
	require.NoError(t, err)
	require.Equal(t, want, got)
	a := asked{params: name}
	got, origin, err := a.parameters(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, want, got, "no network is asked")
	require.Contains(t, origin, "pipeline.json")
	require.Contains(t, a.command(endToEnd), "--params ml/models/trained/pipeline.json")
}

func TestParametersAreRefused(t *testing.T) {
	for name, tc := range map[string]struct{ reason, text string }{
		"Unknown": {"a gate that is spelled otherwise would be no gate", `{"FaceLogits": 1}`},
		"Range":   {"all zero is no pipeline", `{}`},
		"Text":    {"no JSON", `face = 1`},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "p.json")
			require.NoError(t, os.WriteFile(file, []byte(tc.text), 0o600))
			_, err := readParams(file)
			require.Error(t, err, tc.reason)
		})
	}
	_, err := readParams(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestCalibrationNeedsAllNetworks(t *testing.T) {
	_, err := evaluate(t, "calibrate", t.TempDir(), "--out", filepath.Join(t.TempDir(), "p.json"))
	require.ErrorIs(t, err, os.ErrNotExist, "an empty folder holds none")
	_, err = evaluate(t, "calibrate", t.TempDir())
	require.ErrorContains(t, err, "out")
}
