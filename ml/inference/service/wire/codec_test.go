package wire

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/mem"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/inference/service/api"
)

func TestMessagesComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 3*smallest).Draw(t, "data")
		in := &api.InferRequest{Model: "liveness", Inputs: []api.Tensor{{Name: "x", Type: "int8", Shape: []int64{1, int64(len(data))}, Data: data}}}
		b, err := Codec().Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var out api.InferRequest
		if err := Codec().Unmarshal(b, &out); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Inputs[0].Data, data) || out.Inputs[0].Shape[1] != int64(len(data)) || out.Model != "liveness" {
			t.Fatal(out)
		}
		b.Free()
	})
	health := &grpc_health_v1.HealthCheckRequest{Service: "s"}
	b, err := Codec().Marshal(health)
	require.NoError(t, err)
	var out grpc_health_v1.HealthCheckRequest
	require.NoError(t, Codec().Unmarshal(b, &out), "messages of others too")
	require.Equal(t, "s", out.Service)
}

func TestGarbageIsAnError(t *testing.T) {
	require.Error(t, Codec().Unmarshal(mem.BufferSlice{mem.SliceBuffer([]byte{0xff, 0xff})}, &api.ScoreRequest{}))
}

func TestBuffersAreOverwrittenWhenTheyGoBack(t *testing.T) {
	for _, n := range []int{1, smallest, smallest + 1, 1 << 20} {
		b := Wiping{}.Get(n)
		require.Len(t, *b, n)
		kept := (*b)[:cap(*b)]
		for i := range *b {
			(*b)[i] = 7
		}
		*b = (*b)[:n/2] // gRPC gives back the beginning of what it got
		Wiping{}.Put(b)
		require.Equal(t, make([]byte, len(kept)), kept)
	}
	b, err := Codec().Marshal(&api.InferReply{PackId: "secret"})
	require.NoError(t, err)
	view := b[0].ReadOnlyData()
	require.Contains(t, string(view), "secret")
	big, err := Codec().Marshal(&api.InferReply{Outputs: []api.Tensor{{Data: make([]byte, 1<<16)}}, PackId: "secret"})
	require.NoError(t, err)
	view = big[0].ReadOnlyData()
	big.Free()
	require.NotContains(t, string(view), "secret")
}
