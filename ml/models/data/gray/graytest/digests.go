package graytest

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/security/hashes"
)

// list is where a package keeps the digests of what it generates.
const list = "testdata/digests.txt"

var update = flag.Bool("update", false, "write testdata/digests.txt anew")

// Sample is one thing that a generator made.
type Sample struct {
	Name  string
	Bytes []byte
}

// Image is the sample of an image's size and pixels, and of what else is told about it.
func Image(name string, m gray.Image, told string) Sample {
	head := []byte{uint8(m.W >> 8 & 255), uint8(m.W & 255), uint8(m.H >> 8 & 255), uint8(m.H & 255)}
	return Sample{Name: name, Bytes: append(append(head, m.Pix...), told...)}
}

// Digests holds samples against the list of the package under test.
func Digests(t *testing.T, samples ...Sample) {
	t.Helper()
	var lines strings.Builder
	for _, s := range samples {
		lines.WriteString(s.Name + " " + hashes.Of(s.Bytes).String() + "\n")
	}
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(list, []byte(lines.String()), 0o644))
	}
	want, err := os.ReadFile(list)
	require.NoError(t, err)
	require.Equal(t, string(want), lines.String(), "the generator makes other bytes than those that models were trained on")
}
