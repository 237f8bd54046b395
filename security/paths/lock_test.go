package paths_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/paths"
)

func TestLock(t *testing.T) {
	dir := t.TempDir()
	one, two := open(t, dir), open(t, dir)
	first, err := one.Lock("daemon.lock")
	require.NoError(t, err)
	_, err = two.Lock("daemon.lock")
	require.ErrorIs(t, err, paths.ErrLocked)
	require.ErrorContains(t, err, filepath.Join(dir, "daemon.lock"), "it says which")
	require.ErrorContains(t, err, "process "+strconv.Itoa(os.Getpid()), "and who")
	require.ErrorContains(t, err, "hint:")
	other, err := two.Lock("other.lock")
	require.NoError(t, err, "another name is another lock")
	require.NoError(t, other.Close())
	require.NoError(t, first.Close())
	second, err := two.Lock("daemon.lock")
	require.NoError(t, err, "a lock given back is free")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "daemon.lock"), []byte("\x1b[2Jnonsense"), 0o600))
	_, err = one.Lock("daemon.lock")
	require.ErrorIs(t, err, paths.ErrLocked)
	require.ErrorContains(t, err, "process unknown", "what stands there is not repeated")
	require.NoError(t, second.Close())
}
