package gosdk

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// fake is the folder of an SDK of which nothing runs.
func fake(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(root, "bin"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "bin", "go"), nil, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "VERSION"), []byte("go1.99.1\ntime 2030\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "ROOT"), nil, 0o600))
	return root
}

func TestFind(t *testing.T) {
	root := fake(t)
	away := t.TempDir()
	require.NoError(t, os.Symlink(filepath.Join(root, "bin", "go"), filepath.Join(away, "go")))
	bin := filepath.Join(t.TempDir(), "bin") // Bazel links the folders of an SDK one by one
	require.NoError(t, os.Symlink(filepath.Join(root, "bin"), bin))
	unversioned := fake(t)
	require.NoError(t, os.Remove(filepath.Join(unversioned, "VERSION")))
	for name, tc := range map[string]struct {
		reason, named string
		want          error
	}{
		"Folder":    {"of the SDK", root, nil},
		"Command":   {"its go", filepath.Join(root, "bin", "go"), nil},
		"File":      {"right in its folder, as Bazel names it", filepath.Join(root, "ROOT"), nil},
		"Link":      {"to its go", filepath.Join(away, "go"), nil},
		"Linked":    {"the folder of a link to bin", filepath.Dir(bin), nil},
		"Elsewhere": {"a folder of something else", t.TempDir(), ErrNone},
		"Missing":   {"no such folder", filepath.Join(root, "x", "y", "z", "w"), ErrNone},
		"NoVersion": {"nobody knows which Go it is", unversioned, ErrNone},
	} {
		t.Run(name, func(t *testing.T) {
			sdk, err := Find(tc.named)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err != nil {
				return
			}
			require.Equal(t, root, sdk.Root)
			require.Equal(t, "go1.99.1", sdk.Version, "one line of VERSION")
			require.NoError(t, sdk.Close())
		})
	}
}

func TestTheEnvironmentNamesOne(t *testing.T) {
	root := fake(t)
	t.Setenv("GOROOT", root)
	sdk, err := Find("")
	require.NoError(t, err)
	require.Equal(t, root, sdk.Root, "before PATH")
	t.Setenv("GOROOT", "")
	t.Setenv("PATH", filepath.Join(root, "bin"))
	sdk, err = Find("")
	require.NoError(t, err)
	require.Equal(t, root, sdk.Root)
	t.Setenv("PATH", "relative")
	_, err = Find("")
	require.ErrorIs(t, err, ErrNone, "what is relative to somewhere is not asked")
}

func TestACacheOfOurOwnGoesAway(t *testing.T) {
	root := fake(t)
	for _, name := range []string{"HOME", "GOCACHE", "GOPATH", "GOMODCACHE"} {
		t.Setenv(name, "")
	}
	sdk, err := Find(root)
	require.NoError(t, err)
	cache := sdk.env["GOCACHE"]
	require.DirExists(t, cache)
	require.NoError(t, sdk.Close())
	require.NoDirExists(t, cache)
}
