package quant_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/layers"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/quant"
)

// Every network of this project has an integer form, whatever its weights are.
func TestEveryNetworkBecomesIntegers(t *testing.T) {
	for _, d := range nets.All() {
		t.Run(d.Name, func(t *testing.T) {
			n, err := d.Build()
			require.NoError(t, err)
			n.Init(1)
			m, err := layers.Export(n)
			require.NoError(t, err)
			_, report, err := quant.Quantize(t.Context(), m, inputs(t, m, "calibrate", 2), quant.Options{})
			require.NoError(t, err)
			out, ok := report.Output(layers.OutputName)
			require.True(t, ok)
			t.Logf("%d layers, %.2f dB", len(report.Layers), float64(out.SNR)/100)
			require.Greater(t, out.SNR, int64(2000))
		})
	}
}
