package main

import (
	"bytes"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryKindIsDrawn(t *testing.T) {
	for _, kind := range names() {
		t.Run(kind, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "sheet.png")
			require.NoError(t, run([]string{"--kind", kind, "--seed", "3", "--zoom", "1", "--out", out}, io.Discard))
			data, err := os.ReadFile(out)
			require.NoError(t, err)
			m, err := png.Decode(bytes.NewReader(data))
			require.NoError(t, err)
			require.Greater(t, m.Bounds().Dx(), 200)
		})
	}
}

func TestUnknownKindsAreRefused(t *testing.T) {
	require.ErrorIs(t, run([]string{"--kind", "voice", "--out", "x.png"}, io.Discard), errUsage)
	require.ErrorIs(t, run([]string{"--kind", "face"}, io.Discard), errUsage)
	require.Error(t, run([]string{"--colour"}, io.Discard))
}
