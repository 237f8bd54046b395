package exec

import (
	"io/fs"
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

func TestWhoseFilesAreTrusted(t *testing.T) {
	us := trust{1000}
	for name, tc := range map[string]struct {
		reason string
		file   info
		want   error
	}{
		"Ours":         {"we may change what is ours", info{1000, 0o755}, nil},
		"OfRoot":       {"root may do anything anyway", info{0, fs.ModeDir | 0o755}, nil},
		"OfAnother":    {"its owner changes it, whatever its mode", info{1001, 0o555}, ErrUntrusted},
		"DirOfAnother": {"or what is in it", info{1001, fs.ModeDir | 0o755}, ErrUntrusted},
		"OthersSticky": {"stickiness binds others, not the owner", info{1001, fs.ModeDir | fs.ModeSticky | 0o777}, ErrUntrusted},
		"OthersLink":   {"a link of another in /tmp", info{1001, fs.ModeSymlink | 0o777}, ErrUntrusted},
		"Link":         {"a link has no mode of its own", info{0, fs.ModeSymlink | 0o777}, nil},
		"Group":        {"its group", info{1000, 0o775}, ErrUntrusted},
		"Everyone":     {"everyone", info{0, fs.ModeDir | 0o757}, ErrUntrusted},
		"Sticky":       {"/tmp", info{0, fs.ModeDir | fs.ModeSticky | 0o777}, nil},
		"StickyFile":   {"stickiness means nothing on a file", info{0, fs.ModeSticky | 0o777}, ErrUntrusted},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, us.check(tc.file), tc.want, tc.reason)
		})
	}
	require.NoError(t, trust{1000, 65534}.check(info{65534, 0o755}), "an owner that the operator names")
}
