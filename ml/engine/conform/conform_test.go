package conform_test

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
	"github.com/virtengine/virtengine/ml/engine/conform"
	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/onnx"
)

// cases are the folders of Debian's libonnx-testdata, by their path below data.
func cases(t *testing.T) map[string]fstest.MapFS {
	in := published(t)
	defer in.Close()
	out := map[string]fstest.MapFS{}
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			maps.DeleteFunc(out, func(_ string, files fstest.MapFS) bool { return files["model.onnx"] == nil }) // links to files elsewhere
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

// published opens the package's files as a tar: Bazel names one; else apt and dpkg-deb get it.
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
	require.NoError(t, err, "%s\nhint: run this as tools/bazel test //ml/engine/conform:conform_test, which gets the data by itself", text)
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

// refused are the cases of our operators that no engine can pass that infers, and that holds inputs against what the
// model declares.
var refused = map[string]struct {
	why  string
	want error
}{
	"node/test_training_dropout":                    {"draws random numbers", ops.ErrUnsupported},
	"node/test_training_dropout_default":            {"draws random numbers", ops.ErrUnsupported},
	"node/test_training_dropout_default_mask":       {"draws random numbers", ops.ErrUnsupported},
	"node/test_training_dropout_mask":               {"draws random numbers", ops.ErrUnsupported},
	"node/test_castlike_BFLOAT16_to_FLOAT":          {"shape [1], want 2 dimensions", engine.ErrInput},
	"node/test_castlike_FLOAT_to_BFLOAT16":          {"shape [1], want 2 dimensions", engine.ErrInput},
	"node/test_castlike_BFLOAT16_to_FLOAT_expanded": {"shape [1], want 2 dimensions", engine.ErrInput},
	"node/test_castlike_FLOAT_to_BFLOAT16_expanded": {"shape [1], want 2 dimensions", engine.ErrInput},
}

// Every published case that uses only our operators passes.
func TestEveryPublishedCase(t *testing.T) {
	known := ops.Names()
	var wrong []string
	passed, absent, used := 0, map[string]int{}, map[string]bool{}
	all := cases(t)
	for name, files := range all {
		m, err := onnx.Decode(files["model.onnx"].Data, onnx.Limits{})
		if errors.Is(err, onnx.ErrUnsupported) {
			absent["sequences and optional values"]++
			continue
		}
		require.NoError(t, err, name)
		missing := ""
		for _, n := range m.Graph.Nodes {
			if n.Domain != "" || !slices.Contains(known, n.Op) {
				missing = n.Op
			}
			used[n.Op] = true
		}
		p, err := engine.Load(m)
		if missing != "" {
			require.ErrorIs(t, err, ops.ErrUnsupported, name)
			absent[missing]++
			continue
		}
		require.NoError(t, err, name)
		if r, found := refused[name]; found {
			_, err := check(p, files)
			require.ErrorIs(t, err, r.want, name)
			require.ErrorContains(t, err, r.why)
			continue
		}
		results, err := check(p, files)
		require.NoError(t, err, name)
		for _, r := range results {
			if !r.Pass {
				wrong = append(wrong, fmt.Sprintf("%s: %s: %s", name, r.Output, r.Why))
			}
		}
		passed++
	}
	require.Empty(t, wrong)
	left := 0
	for _, n := range absent {
		left += n
	}
	t.Logf("%d cases: %d pass, %d refused, %d use what is not there: %v", len(all), passed, len(refused), left, absent)
	require.GreaterOrEqual(t, passed, 852, "cases that passed once")
	require.Equal(t, len(all), passed+left+len(refused))
	var unseen []string
	for _, op := range known {
		if !used[op] {
			unseen = append(unseen, op)
		}
	}
	require.Equal(t, []string{"Attention", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "Gelu", "GroupNormalization", "LpNormalization", "Mish", "RMSNormalization", "Swish"}, unseen, "operators that this package has no case of")
}

// check runs every data set of a case.
func check(p *engine.Program, files fstest.MapFS) (all []conform.Result, err error) {
	for i := 0; ; i++ {
		set, err := files.Sub(fmt.Sprintf("test_data_set_%d", i))
		if err != nil {
			return nil, err
		}
		if _, err := files.Stat(fmt.Sprintf("test_data_set_%d", i)); err != nil {
			if i == 0 {
				return nil, err
			}
			return all, nil
		}
		results, err := conform.Check(context.Background(), p, set)
		if err != nil {
			return nil, err
		}
		all = append(all, results...)
	}
}
