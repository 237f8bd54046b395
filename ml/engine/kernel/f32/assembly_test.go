package f32

import (
	"embed"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

//go:embed *.s
var assembly embed.FS

// fused are the mnemonics of instructions that round a product and a sum together.
var fused = regexp.MustCompile(`(?m)^[^/]*\b(V?FN?M(ADD|SUB)[A-Z0-9]*|V?FML[AS][A-Z0-9]*)\b`)

// word is an instruction of arm64 that is written as a number: none of them may be FMLA or FMLS, of vectors or by element.
var word = regexp.MustCompile(`WORD \$\((0x[0-9A-F]+)`)

func TestAssemblyFusesNothing(t *testing.T) {
	require.Regexp(t, fused, "\tVFMADD231PS Y1, Y2, Y3", "a fused instruction would be found")
	files, err := assembly.ReadDir(".")
	require.NoError(t, err)
	words := map[string]bool{}
	for _, f := range files {
		text, err := assembly.ReadFile(f.Name())
		require.NoError(t, err)
		require.NotRegexp(t, fused, string(text), f.Name())
		for _, w := range word.FindAllStringSubmatch(string(text), -1) {
			words[w[1]] = true
		}
	}
	require.Len(t, files, 3, "a new file is to be read by a person first")
	require.Equal(t, map[string]bool{"0x4F809000": true, "0x4E20D400": true, "0x4EA0E800": true, "0x4E601C00": true}, words, "FMUL by element, FADD, FCMLT, BIC")
}
