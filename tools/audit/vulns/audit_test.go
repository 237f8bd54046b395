package vulns

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func database(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "index"), 0o700))
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func TestDatabases(t *testing.T) {
	whole := map[string]string{"index/db.json": `{"modified": "2026-01-02T03:04:05Z"}`, "index/modules.json": `[]`}
	for name, tc := range map[string]struct {
		reason, named string
		want          error
	}{
		"Folder":     {"as it was unpacked", database(t, whole), nil},
		"URL":        {"as govulncheck wants it", "file://" + database(t, whole), nil},
		"Network":    {"nothing is fetched", "https://vuln.go.dev", ErrDatabase},
		"Missing":    {"no such folder", filepath.Join(t.TempDir(), "x"), ErrDatabase},
		"Empty":      {"a folder of something else", t.TempDir(), ErrDatabase},
		"NoModules":  {"half a database finds nothing", database(t, map[string]string{"index/db.json": `{}`}), ErrDatabase},
		"NoDate":     {"nor can one say how old it is", database(t, map[string]string{"index/modules.json": `[]`}), ErrDatabase},
		"TornInHalf": {"half a file", database(t, map[string]string{"index/db.json": `{"modi`, "index/modules.json": `[]`}), ErrDatabase},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := OpenDatabase(tc.named)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), db.Modified)
				require.Equal(t, "file://"+db.Dir, db.url())
			}
		})
	}
}

func TestWithoutADatabaseTheResultSaysSo(t *testing.T) {
	r, err := Audit{}.Run(t.Context())
	require.NoError(t, err)
	require.Equal(t, Unchecked, r.Skipped)
	require.Empty(t, r.Examined, "nothing was examined")
}

func TestAnAuditNeedsAllOfIt(t *testing.T) {
	_, err := Audit{Root: t.TempDir(), Database: "x", Now: time.Now, Progress: func(string) {}}.Run(t.Context())
	require.ErrorIs(t, err, ErrMissing, "no SDK")
}

func TestTheStageFailsLoudly(t *testing.T) {
	var out, problems bytes.Buffer
	require.Equal(t, 1, Stage(t.Context(), []string{"-no-such-flag"}, &out, &problems))
	require.Contains(t, problems.String(), "no-such-flag")
}
