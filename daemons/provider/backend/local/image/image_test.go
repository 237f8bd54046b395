package image

import (
	"archive/tar"
	"bytes"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/security/archive"
)

// tarOf is a tar of headers; a regular file's content is its own name.
func tarOf(t *testing.T, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(h.Name))
		}
		if h.Mode == 0 {
			h.Mode = 0o755
		}
		require.NoError(t, w.WriteHeader(&h))
		if h.Typeflag == tar.TypeReg {
			_, err := io.WriteString(w, h.Name)
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func file(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name} }

func link(name, to string) tar.Header {
	return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to}
}

func hard(name, to string) tar.Header {
	return tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: to}
}

func TestUnpackStaysInItsDirectory(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		in     []tar.Header
		want   []string // files that must exist inside
		err    error
	}{
		"DotDot":         {"dots end at the root, as in a real root", []tar.Header{file("../../x")}, []string{"x"}, nil},
		"AbsoluteLink":   {"an absolute link is followed inside", []tar.Header{link("var/run", "/run"), file("var/run/pid")}, []string{"run/pid"}, nil},
		"LinkOut":        {"a link that climbs out ends at the root", []tar.Header{link("a", "../../../outside"), file("a/x")}, []string{"outside/x"}, nil},
		"LinkItself":     {"a file in the place of a link replaces the link", []tar.Header{link("a", "/etc/passwd"), file("a")}, []string{"a"}, nil},
		"HardLinkOut":    {"a hard link's target is inside", []tar.Header{hard("a", "/../../etc/hostname")}, nil, os.ErrNotExist},
		"HardLinkLater":  {"a hard link may come before its target", []tar.Header{hard("b", "a"), file("a")}, []string{"a", "b"}, nil},
		"Loop":           {"links in a circle end", []tar.Header{link("a", "b"), link("b", "a"), file("a/x")}, nil, archive.ErrRefused},
		"Device":         {"devices are left out", []tar.Header{{Typeflag: tar.TypeBlock, Name: "disk", Devmajor: 8}, file("x")}, []string{"x"}, nil},
		"TooManyFiles":   {"the count of files is bounded", []tar.Header{file("1"), file("2"), file("3"), file("4"), file("5")}, nil, archive.ErrRefused},
		"TooManyBytes":   {"the bytes are bounded over all files", []tar.Header{file(strings.Repeat("x", 60)), file(strings.Repeat("y", 60))}, nil, archive.ErrRefused},
		"SetIDIsDropped": {"no set-id bit survives", []tar.Header{{Typeflag: tar.TypeReg, Name: "su", Mode: 0o6755}}, []string{"su"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			outer := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(outer, "root"), 0o755))
			dir, err := os.OpenRoot(filepath.Join(outer, "root"))
			require.NoError(t, err)
			defer dir.Close()
			err = unpack(bytes.NewReader(tarOf(t, tc.in...)), dir, 100, 4)
			require.ErrorIs(t, err, tc.err, tc.reason)
			for _, w := range tc.want {
				info, err := dir.Lstat(w)
				require.NoError(t, err, tc.reason)
				require.True(t, info.Mode().IsRegular(), tc.reason)
				require.Zero(t, info.Mode()&(os.ModeSetuid|os.ModeSetgid))
				require.Equal(t, os.FileMode(0o044), info.Mode().Perm()&0o044, "readable by every id")
			}
			entries, err := os.ReadDir(outer)
			require.NoError(t, err)
			require.Len(t, entries, 1, "nothing was written outside")
		})
	}
}

// sample is an image with one file, a user and a command.
func sample(t *testing.T) v1.Image {
	t.Helper()
	data := tarOf(t, file("bin/hello"), tar.Header{Typeflag: tar.TypeReg, Name: "etc/passwd"})
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
	require.NoError(t, err)
	img, err := mutate.AppendLayers(empty.Image, layer)
	require.NoError(t, err)
	img, err = mutate.Config(img, v1.Config{Entrypoint: []string{"/bin/hello"}, Cmd: []string{"world"}, User: "70:71",
		WorkingDir: "/srv", Env: []string{"A=b"}})
	require.NoError(t, err)
	file, err := img.ConfigFile()
	require.NoError(t, err)
	file = file.DeepCopy()
	file.OS, file.Architecture = platform.OS, platform.Architecture
	img, err = mutate.ConfigFile(img, file)
	require.NoError(t, err)
	return img
}

func requireSample(t *testing.T, got Image) {
	t.Helper()
	require.Equal(t, []string{"/bin/hello"}, got.Entrypoint)
	require.Equal(t, []string{"world"}, got.Cmd)
	require.Equal(t, "/srv", got.WorkDir)
	require.Equal(t, [2]uint32{70, 71}, [2]uint32{got.UID, got.GID})
	data, err := os.ReadFile(filepath.Join(got.Root, "bin/hello"))
	require.NoError(t, err)
	require.Equal(t, "bin/hello", string(data))
}

func TestPull(t *testing.T) {
	srv := httptest.NewServer(registry.New())
	defer srv.Close()
	host := strings.TrimPrefix(srv.URL, "http://")
	img := sample(t)
	ref, err := name.ParseReference(host+"/team/app:v1", name.Insecure)
	require.NoError(t, err)
	require.NoError(t, remote.Write(ref, img))
	digest, err := img.Digest()
	require.NoError(t, err)
	open := func(max uint64) *Store {
		s, err := Open(Config{Cache: t.TempDir(), Registries: []string{host}, Insecure: []string{host}, MaxBytes: max, MaxFiles: 10})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	}
	s := open(1 << 20)
	byTag, err := s.Find(t.Context(), host+"/team/app:v1", nil)
	require.NoError(t, err)
	requireSample(t, byTag)
	byDigest, err := s.Find(t.Context(), host+"/team/app@"+digest.String(), nil)
	require.NoError(t, err)
	require.Equal(t, byTag.Root, byDigest.Root, "unpacked once")

	_, err = s.Find(t.Context(), host+"/team/nothing:v1", nil)
	require.ErrorIs(t, err, backend.ErrRefused, "what the registry does not have will not come by waiting")
	_, err = s.Find(t.Context(), "registry.example.org/team/app:v1", nil)
	require.ErrorIs(t, err, backend.ErrRefused, "a registry that is not allowed is not asked")
	_, err = open(10).Find(t.Context(), host+"/team/app:v1", nil)
	require.ErrorIs(t, err, backend.ErrRefused, "an image over the limit")
	srv.Close()
	_, err = open(1<<20).Find(t.Context(), host+"/team/app:v1", nil)
	require.ErrorIs(t, err, backend.ErrUnavailable, "a registry that does not answer may answer later")
}

func TestLocalImages(t *testing.T) {
	dir := t.TempDir()
	at, err := layout.Write(filepath.Join(dir, "app"), empty.Index)
	require.NoError(t, err)
	require.NoError(t, at.AppendImage(sample(t), layout.WithAnnotations(map[string]string{refName: "v1"})))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "flat.tar"), tarOf(t, file("bin/sh")), 0o644))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "plain", "bin"), 0o755))
	s, err := Open(Config{Local: dir, Cache: t.TempDir(), MaxBytes: 1 << 20, MaxFiles: 10})
	require.NoError(t, err)
	defer s.Close()

	got, err := s.Find(t.Context(), "local/app:v1", nil)
	require.NoError(t, err)
	requireSample(t, got)
	got, err = s.Find(t.Context(), "local/flat", nil)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(got.Root, "bin/sh"))
	got, err = s.Find(t.Context(), "local/plain", nil)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "plain"), got.Root)

	for _, ref := range []string{"local/app:v2", "local/none", "local/../plain", "local/plain:v3", "host", "nginx", "", "local/"} {
		_, err := s.Find(t.Context(), ref, nil)
		require.ErrorIs(t, err, backend.ErrRefused, ref)
		require.ErrorContains(t, err, "hint", ref)
	}
}
