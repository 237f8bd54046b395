package manifest

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/publish/canon"
)

func FuzzRead(f *testing.F) {
	m := identified(f, example())
	raw, err := m.Write()
	require.NoError(f, err)
	f.Add(raw)
	f.Add(bytes.Replace(raw, []byte(`"seed":1`), []byte(`"seed":1.0`), 1))
	f.Add(bytes.Replace(raw, []byte(`"mean":128`), []byte(`"mean":127`), 1))
	f.Add([]byte(fmt.Sprintf(`{"format":%q}`, Format)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Read(raw)
		if err != nil {
			return
		}
		again, err := m.Write()
		require.NoError(t, err)
		require.Equal(t, string(raw), string(again), "one manifest has one form")
		_, err = canon.Decode(raw, MaxBytes)
		require.NoError(t, err)
		f, model := m.Program()
		require.Equal(t, f.Name, model.File, "there is something to run")
		require.NotEmpty(t, f.Name)
	})
}
