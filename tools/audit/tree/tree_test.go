package tree

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	return root
}

func TestWithoutGitEverythingIsListed(t *testing.T) {
	root := lay(t, map[string]string{"a.txt": "", ".hidden": "", "b/c/d.go": "", "node_modules/x/y.js": "", "é ü": ""})
	require.NoError(t, os.Symlink("a.txt", filepath.Join(root, "link")))
	require.NoError(t, os.Symlink("/", filepath.Join(root, "b", "out")))
	names, by, err := Files(t.Context(), root)
	require.NoError(t, err)
	require.Equal(t, "the folder", by)
	require.Equal(t, []string{".hidden", "a.txt", "b/c/d.go", "é ü"}, names)
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	_, _, err := Files(t.Context(), filepath.Join(t.TempDir(), "x"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestARepositoryThatGitCannotReadIsAnError(t *testing.T) {
	_, by, err := Files(t.Context(), lay(t, map[string]string{".git": "gitdir: /no/where", "a": ""}))
	if by == "git" { // where there is no git, the folder is listed
		require.Error(t, err)
		return
	}
	require.NoError(t, err)
}
