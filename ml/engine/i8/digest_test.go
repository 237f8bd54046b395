package i8_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
)

var update = flag.Bool("update", false, "write testdata/digests.txt")

// digest is of all outputs, in the program's order, as int64.
func digest(p *i8.Program, out map[string]*value.Tensor) string {
	h := sha256.New()
	for _, port := range p.Outputs() {
		fmt.Fprintln(h, port.Name, port.Shape, wide(out[port.Name]))
	}
	return fmt.Sprintf("%x", h.Sum(nil)[:12])
}

// TestDigests holds every machine, kernel and number of threads to the same bytes: testdata/digests.txt was written once.
func TestDigests(t *testing.T) {
	var lines []string
	operators := map[string]bool{}
	for seed := range uint64(100) {
		m, err := program(1000+seed, 12)
		require.NoError(t, err)
		for _, node := range m.Graph.Nodes {
			operators[node.Op] = true
		}
		file := sha256.Sum256(m.Encode())
		p, err := i8.Load(m)
		require.NoError(t, err)
		n := numbers(seed)
		in := n.feed(p)
		want, err := p.Run(t.Context(), in)
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%d %x %s", seed, file[:12], digest(p, want)))
		for _, set := range kernel.Available() {
			r, err := i8.NewRunner(p, i8.Options{Threads: 1 + int(seed%3), Kernels: set})
			require.NoError(t, err)
			got, err := r.Run(t.Context(), in)
			require.NoError(t, err)
			require.Equal(t, digest(p, want), digest(p, got), set.Name())
		}
	}
	for _, op := range i8.Operators() {
		require.True(t, operators[op], op)
	}
	text := strings.Join(lines, "\n") + "\n"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile("testdata/digests.txt", []byte(text), 0o644))
	}
	have, err := os.ReadFile("testdata/digests.txt")
	require.NoError(t, err)
	require.Equal(t, string(have), text, "contract ve-i8-1 is not what it was: a change needs a new identifier")
	require.True(t, slices.IsSorted(i8.Operators()))
}
