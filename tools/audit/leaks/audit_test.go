package leaks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExemptions(t *testing.T) {
	mark := strings.Repeat("0", markLength)
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"One":       {"file, mark and reason", "a/b.go:" + mark + " made up for a test", nil},
		"Spaces":    {"a file's name may hold one", "a b.go:" + mark + " made up for a test", nil},
		"Comments":  {"and empty lines", "# why\n\n", nil},
		"NoReason":  {"nobody knows why", "a:" + mark + " ", ErrExemptions},
		"Short":     {"three words are no reason", "a:" + mark + " made up test", ErrExemptions},
		"NoMark":    {"a whole file is not exempted", "a made up for a test", ErrExemptions},
		"ShortMark": {"a mark is whole", "a:0000 made up for a test", ErrExemptions},
		"Twice":     {"one line is enough", strings.Repeat("a:"+mark+" made up for a test\n", 2), ErrExemptions},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(tc.text)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func FuzzExemptions(f *testing.F) {
	f.Add("a:0123456789abcdef made up for a test\n# x\n")
	f.Add("a b:c:0123456789abcdef one two three four")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := parse(text)
		if err != nil {
			return
		}
		for _, e := range all {
			if e.file == "" || len(e.mark) != markLength || len(strings.Fields(e.text)) < minReason {
				t.Fatalf("%+v", e)
			}
		}
	})
}

func TestAnAuditNeedsAllOfIt(t *testing.T) {
	_, err := Audit{Root: t.TempDir(), Exemptions: "x"}.Run(t.Context())
	require.ErrorIs(t, err, ErrMissing, "progress")
	_, err = Audit{Root: "relative", Exemptions: "x", Progress: func(string) {}}.Run(t.Context())
	require.ErrorIs(t, err, ErrMissing, "a root that depends on the folder of the moment")
}

func TestAFileThatIsTooLargeIsAFinding(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, "dump"))
	require.NoError(t, err)
	require.NoError(t, f.Truncate(maxFile+1))
	require.NoError(t, f.Close())
	r, err := Audit{Root: dir, Exemptions: "x", Progress: func(string) {}}.Run(t.Context())
	require.NoError(t, err)
	require.Len(t, r.Findings, 1)
	require.Equal(t, "dump", r.Findings[0].Where)
}
