package fast_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/models/layers"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/onnx"
)

// TestTheNetworksThatAreTrainedFitThePipeline holds the networks' definitions against what the pipeline gives and reads.
func TestTheNetworksThatAreTrainedFitThePipeline(t *testing.T) {
	sizes := func(v onnx.ValueInfo) (out []int64) {
		for _, d := range v.Shape {
			out = append(out, d.Value)
		}
		return out
	}
	for _, rule := range pipeline.Rules() {
		d, err := nets.Find(rule.Model)
		require.NoError(t, err)
		net, err := d.Build()
		require.NoError(t, err)
		m, err := layers.Export(net)
		require.NoError(t, err)
		require.Len(t, m.Graph.Inputs, 1)
		require.Len(t, m.Graph.Outputs, 1)
		require.Equal(t, rule.In, sizes(m.Graph.Inputs[0]), rule.Model)
		require.Equal(t, rule.Out, sizes(m.Graph.Outputs[0]), rule.Model)
	}
}
