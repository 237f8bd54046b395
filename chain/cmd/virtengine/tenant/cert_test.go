package tenant

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/provider/cert"
)

func TestTheChainTakesOurCertificates(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	der, _, err := selfSigned(rand.Reader, "ve1me", []string{"provider.example", "10.0.0.1"}, now, now.AddDate(1, 0, 0))
	require.NoError(t, err)
	known, err := cert.Parse(der, "ve1me", now.Add(-time.Minute))
	require.NoError(t, err, "also where its clock is behind ours")
	require.Equal(t, now.AddDate(1, 0, 0), known.NotAfter)
	_, err = cert.Parse(der, "ve1you", now)
	require.ErrorIs(t, err, cert.ErrInvalid, "nobody else's")
}

func TestAKeyIsNeverOverwritten(t *testing.T) {
	now := time.Now()
	der, key, err := selfSigned(rand.Reader, "ve1me", nil, now, now.Add(time.Hour))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "me.pem")
	require.NoError(t, writePEM(path, der, key))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "a key is for its owner's eyes")
	require.ErrorIs(t, writePEM(path, der, key), os.ErrExist)
}
