package paths

import (
	"io/fs"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// info is a file of any owner; tests do not run as several users.
type info struct {
	uid  uint32
	mode fs.FileMode
}

func (i info) Name() string       { return "x" }
func (i info) Size() int64        { return 0 }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return &syscall.Stat_t{Uid: i.uid} }

func TestTrusted(t *testing.T) {
	const us = 1000
	for name, tc := range map[string]struct {
		reason string
		dir    info
		want   error
	}{
		"Ours":         {"we may change what is ours", info{us, fs.ModeDir | 0o700}, nil},
		"OfRoot":       {"root may do anything anyway", info{0, fs.ModeDir | 0o755}, nil},
		"OfAnother":    {"its owner can put another file in its place", info{1001, fs.ModeDir | 0o755}, ErrUntrusted},
		"OthersSticky": {"stickiness binds others, not the owner", info{1001, fs.ModeDir | fs.ModeSticky | 0o777}, ErrUntrusted},
		"Group":        {"so can its group", info{us, fs.ModeDir | 0o720}, ErrUntrusted},
		"Everyone":     {"so can everyone", info{0, fs.ModeDir | 0o702}, ErrUntrusted},
		"Sticky":       {"/tmp", info{0, fs.ModeDir | fs.ModeSticky | 0o777}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, trusted(tc.dir, us), tc.want, tc.reason)
		})
	}
}

func TestSecretsOfOthers(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "key")
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, private(f, os.Geteuid()))
	if os.Geteuid() != 0 { // root's secrets are good for everyone who can read them
		require.ErrorIs(t, private(f, os.Geteuid()+1), ErrUntrusted, "who owns a key knows it")
		return
	}
	require.NoError(t, f.Chown(1001, 1001))
	require.ErrorIs(t, private(f, 1000), ErrUntrusted, "who owns a key knows it")
}
