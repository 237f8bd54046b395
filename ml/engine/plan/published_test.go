package plan_test

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// published opens Debian's libonnx-testdata as a tar: Bazel names one; else apt and dpkg-deb get it.
func published(t *testing.T) io.ReadCloser {
	if name := os.Getenv("ONNX_TESTDATA"); name != "" {
		f, err := os.Open(filepath.Join(os.Getenv("TEST_SRCDIR"), name))
		require.NoError(t, err)
		return f
	}
	dir := t.TempDir()
	get := exec.Command("apt-get", "-q", "-o", "APT::Sandbox::User=", "download", "libonnx-testdata=1.12.0-2")
	get.Dir = dir
	text, err := get.CombinedOutput()
	require.NoError(t, err, "%s\nhint: run this as tools/bazel test //ml/engine/plan:plan_test, which gets the data by itself", text)
	debs, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	require.NoError(t, err)
	require.Len(t, debs, 1)
	out, err := os.Create(filepath.Join(dir, "data.tar"))
	require.NoError(t, err)
	unpack := exec.Command("dpkg-deb", "--fsys-tarfile", debs[0])
	unpack.Stdout = out
	require.NoError(t, unpack.Run())
	_, err = out.Seek(0, io.SeekStart)
	require.NoError(t, err)
	return out
}

// cases are the package's folders, by their path below data.
func cases(t *testing.T) map[string]fstest.MapFS {
	in := published(t)
	defer in.Close()
	out := map[string]fstest.MapFS{}
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			maps.DeleteFunc(out, func(_ string, files fstest.MapFS) bool { return files["model.onnx"] == nil })
			return out
		}
		require.NoError(t, err)
		_, name, found := strings.Cut(h.Name, "/libonnx-testdata/data/")
		parts := strings.SplitN(name, "/", 3)
		if !found || h.Typeflag != tar.TypeReg || len(parts) < 3 {
			continue
		}
		raw, err := io.ReadAll(r)
		require.NoError(t, err)
		at := path.Join(parts[0], parts[1])
		if out[at] == nil {
			out[at] = fstest.MapFS{}
		}
		out[at][parts[2]] = &fstest.MapFile{Data: raw}
	}
}

// Every published case with known shapes gives the reference's bits, with every set of kernels: as it is published, and
// with all operands but the first turned into constants, as weights are in real models.
func TestEveryPublishedCase(t *testing.T) {
	ran, dynamic, full := 0, 0, 0
	all := cases(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		m, err := onnx.Decode(all[name]["model.onnx"].Data, onnx.Limits{})
		if err != nil {
			continue
		}
		reference, err := engine.Load(m)
		if err != nil {
			continue
		}
		inputs := given(t, all[name], reference)
		if inputs == nil {
			continue
		}
		want, wrong := reference.Run(context.Background(), inputs)
		for way, model := range []*onnx.Model{m, bound(m, inputs, 1)} {
			for _, s := range f32.Sets() {
				p, err := plan.New(model, plan.Options{Kernels: s, Threads: 2})
				if errors.Is(err, plan.ErrDynamic) {
					dynamic++
					continue
				}
				if wrong != nil || errors.Is(err, onnx.ErrMalformed) { // a weight that is no number is refused before
					continue
				}
				require.NoError(t, err, name)
				outputs := p.NewOutputs()
				var in []*value.Tensor
				for _, port := range p.Inputs() {
					in = append(in, inputs[port.Name])
				}
				r := p.NewRun()
				for range 2 { // the second run finds what the first left behind
					require.NoError(t, r.Run(context.Background(), in, outputs), name)
					for i, port := range p.Outputs() {
						require.Empty(t, differ(outputs[i], want[port.Name]), "%s, way %d, %s, output %s", name, way, s.Name(), port.Name)
					}
				}
				ran++
				if len(p.Unplanned()) == 0 {
					full++
				}
			}
		}
	}
	t.Logf("%d plans equal the reference, %d of them without a reference operator; %d refused because a shape depends on data", ran, full, dynamic)
	require.GreaterOrEqual(t, ran, 1564*len(f32.Sets()), "plans that were equal once")
	require.GreaterOrEqual(t, full, 684*len(f32.Sets()), "plans that needed no reference operator once")
}

// given reads the first data set of a case; nil where there is none that the model takes.
func given(t *testing.T, files fstest.MapFS, p *engine.Program) map[string]*value.Tensor {
	out := map[string]*value.Tensor{}
	for i, in := range p.AllInputs() {
		f := files[fmt.Sprintf("test_data_set_0/input_%d.pb", i)]
		if f == nil {
			continue
		}
		raw, err := onnx.DecodeTensor(f.Data, onnx.Limits{})
		if err != nil {
			return nil
		}
		v, err := value.FromONNX(raw)
		require.NoError(t, err)
		out[in.Name] = v
	}
	if len(out) < len(p.Inputs()) {
		return nil
	}
	return out
}

// bound is a model with its inputs from one on as constants.
func bound(m *onnx.Model, inputs map[string]*value.Tensor, from int) *onnx.Model {
	out, graph := *m, *m.Graph
	out.Graph = &graph
	graph.Inputs, graph.Initializers = nil, slices.Clone(graph.Initializers)
	for i, in := range m.Graph.Inputs {
		t := inputs[in.Name]
		known := slices.ContainsFunc(m.Graph.Initializers, func(w *onnx.Tensor) bool { return w.Name == in.Name })
		if i < from || t == nil || known {
			graph.Inputs = append(graph.Inputs, in)
			continue
		}
		graph.Initializers = append(graph.Initializers, t.ToONNX(in.Name))
	}
	return &out
}

// differ tells where two tensors have other bits; all NaNs are one.
func differ(got, want *value.Tensor) string {
	if got.DType() != want.DType() || !slices.Equal(got.Shape, want.Shape) {
		return fmt.Sprintf("%s %v, want %s %v", got.DType(), got.Shape, want.DType(), want.Shape)
	}
	g, ok := got.Data.([]float32)
	if !ok {
		if a, b := fmt.Sprint(got.Data), fmt.Sprint(want.Data); a != b {
			return fmt.Sprintf("%.80s, want %.80s", a, b)
		}
		return ""
	}
	return differFloats(g, want.Data.([]float32))
}
