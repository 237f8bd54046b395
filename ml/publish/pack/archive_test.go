package pack_test

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/security/archive"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// member is an entry of a tar that somebody else writes.
type member struct {
	tar.Header
	content []byte
}

// members are the entries of a pack, as any reader of tars sees them.
func members(t *testing.T, raw []byte) (all []member) {
	t.Helper()
	for in := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := in.Next()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		content, err := io.ReadAll(in)
		require.NoError(t, err)
		all = append(all, member{*h, content})
	}
}

// tarred writes entries as the standard library does.
func tarred(t *testing.T, all []member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range all {
		m.Size = int64(len(m.content))
		require.NoError(t, w.WriteHeader(&m.Header))
		_, err := w.Write(m.content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func plain(name, content string) member {
	return member{tar.Header{Name: name, Mode: 0o644, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}, []byte(content)}
}

func TestAnArchiveIsATar(t *testing.T) {
	raw := archived(t, packtest.Build(t, nil))
	all := members(t, raw)
	require.Equal(t, manifest.ManifestFile, all[0].Name)
	require.Equal(t, raw, tarred(t, all), "the standard library writes the same bytes")

	root, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	defer root.Close()
	require.NoError(t, archive.Tar(bytes.NewReader(raw), archive.Plain, root, archive.Policy{Limits: archive.Limits{Bytes: 1 << 20, Files: 16}}))
	p, err := pack.Open(paths.Over(root), hashes.Digest{}, pack.Limits{})
	require.NoError(t, err)
	require.Equal(t, raw, archived(t, p), "unpacked by security/archive, it is the same pack")
}

func TestHostileArchives(t *testing.T) {
	p, err := packtest.Build(t, nil).Sign(t.Context(), packtest.Signer(t, 1))
	require.NoError(t, err)
	raw := archived(t, p)
	for name, tc := range map[string]struct {
		reason string
		change func([]member) []member
		want   error
	}{
		"AnotherOrder":   {"entries stand in the manifest's order", func(m []member) []member { m[1], m[2] = m[2], m[1]; return m }, pack.ErrFiles},
		"ManifestLater":  {"the manifest is first, so that all else is held against it", func(m []member) []member { return append(m[1:], m[0]) }, pack.ErrFormat},
		"Twice":          {"a file comes once", func(m []member) []member { return append(m[:2:2], m[1:]...) }, pack.ErrFiles},
		"ManifestTwice":  {"a second manifest is none", func(m []member) []member { return append(m, m[0]) }, pack.ErrFiles},
		"Missing":        {"every file is there", func(m []member) []member { return append(m[:2:2], m[3:]...) }, pack.ErrFiles},
		"Extra":          {"and no other", func(m []member) []member { return append(m, plain("more.md", "hello")) }, pack.ErrFiles},
		"Before":         {"also not in between", func(m []member) []member { return append(append(m[:3:3], plain("more.md", "hello")), m[3:]...) }, pack.ErrFiles},
		"SignaturesTop":  {"signatures stand last", func(m []member) []member { n := len(m) - 1; return append([]member{m[0], m[n]}, m[1:n]...) }, pack.ErrFiles},
		"SignatureTwice": {"once", func(m []member) []member { return append(m, m[len(m)-1]) }, pack.ErrFiles},
		"Path":           {"a name that leads out is no name of the manifest", func(m []member) []member { m[1].Name = "../" + m[1].Name; return m }, pack.ErrFiles},
		"Absolute":       {"nor is an absolute one", func(m []member) []member { m[1].Name = "/etc/" + m[1].Name; return m }, pack.ErrFiles},
		"Longer":         {"a size that is another", func(m []member) []member { m[1].content = append(m[1].content, 'x'); return m }, pack.ErrFiles},
		"Changed":        {"the same size, another content", func(m []member) []member { m[1].content[0] ^= 1; return m }, pack.ErrDigest},
		"Time":           {"a time is a second form of the same content", func(m []member) []member { m[1].ModTime = time.Unix(1, 0); return m }, pack.ErrFormat},
		"Owner":          {"so is an owner", func(m []member) []member { m[1].Uname = "root"; return m }, pack.ErrFormat},
		"Program":        {"and a mode", func(m []member) []member { m[1].Mode = 0o4755; return m }, pack.ErrFormat},
		"Pax": {"and a header in another dialect", func(m []member) []member {
			m[1].Format, m[1].PAXRecords = tar.FormatPAX, map[string]string{"VE.a": "b"}
			return m
		}, pack.ErrFormat},
		"Symlink": {"a link is no file", func(m []member) []member {
			m[1].Typeflag, m[1].Linkname, m[1].content = tar.TypeSymlink, "/etc/passwd", nil
			return m
		}, pack.ErrFormat},
		"HardLink": {"neither way", func(m []member) []member {
			m[1].Typeflag, m[1].Linkname, m[1].content = tar.TypeLink, m[2].Name, nil
			return m
		}, pack.ErrFormat},
		"Device":      {"nor a device", func(m []member) []member { m[1].Typeflag, m[1].content = tar.TypeChar, nil; return m }, pack.ErrFormat},
		"Folder":      {"nor a folder", func(m []member) []member { m[1].Typeflag, m[1].content = tar.TypeDir, nil; return m }, pack.ErrFormat},
		"Unsigned":    {"signatures over another manifest", func(m []member) []member { m[len(m)-1].content = otherSignatures(t); return m }, pack.ErrOther},
		"BigManifest": {"a manifest has a limit", func(m []member) []member { m[0].content = make([]byte, manifest.MaxBytes+1); return m }, pack.ErrLimit},
		"NoManifest":  {"zeros are no manifest", func(m []member) []member { m[0].content = make([]byte, 100); return m }, manifest.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(tarred(t, tc.change(members(t, raw))))
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

// otherSignatures is the signatures.json of another pack.
func otherSignatures(t *testing.T) []byte {
	t.Helper()
	p, err := packtest.Build(t, func(s *pack.Spec) { s.Version[2]++ }).Sign(t.Context(), packtest.Signer(t, 1))
	require.NoError(t, err)
	raw, err := p.Envelope().Write()
	require.NoError(t, err)
	return raw
}

func TestReadingIsBounded(t *testing.T) {
	raw := archived(t, packtest.Build(t, nil))
	_, err := pack.Read(bytes.NewReader(raw), hashes.Digest{}, pack.Limits{Bytes: 10})
	require.ErrorIs(t, err, pack.ErrLimit, "files are larger together than is allowed")
	_, err = pack.Read(bytes.NewReader(raw), hashes.Of(nil), pack.Limits{})
	require.ErrorIs(t, err, pack.ErrOther, "another id was asked for")
	n := len(raw) - 1000
	_, err = pack.Read(io.MultiReader(bytes.NewReader(raw[:n]), iotest.ErrReader(io.ErrClosedPipe)), hashes.Digest{}, pack.Limits{})
	require.ErrorIs(t, err, io.ErrClosedPipe, "a connection that breaks is not a malformed pack")
	p, err := pack.Read(iotest.OneByteReader(bytes.NewReader(raw)), hashes.Digest{}, pack.Limits{})
	require.NoError(t, err, "however small the pieces")
	require.Equal(t, raw, archived(t, p))
}

func TestAFolderHoldsWhatItsManifestLists(t *testing.T) {
	signed, err := packtest.Build(t, nil).Sign(t.Context(), packtest.Signer(t, 1))
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		change func(t *testing.T, folder string)
		limits pack.Limits
		want   error
	}{
		"Whole":   {"nothing was changed", func(*testing.T, string) {}, pack.Limits{}, nil},
		"Extra":   {"a file more", func(t *testing.T, d string) { require.NoError(t, os.WriteFile(filepath.Join(d, "a"), nil, 0o600)) }, pack.Limits{}, pack.ErrFiles},
		"Missing": {"a file less", func(t *testing.T, d string) { require.NoError(t, os.Remove(filepath.Join(d, "card.md"))) }, pack.Limits{}, pack.ErrFiles},
		"NoManifest": {"no manifest", func(t *testing.T, d string) {
			require.NoError(t, os.Remove(filepath.Join(d, "manifest.json")))
		}, pack.Limits{}, pack.ErrFiles},
		"Folder": {"a folder", func(t *testing.T, d string) { require.NoError(t, os.Mkdir(filepath.Join(d, "a"), 0o700)) }, pack.Limits{}, pack.ErrFiles},
		"Link": {"a link in the place of a file, although it leads to the same", func(t *testing.T, d string) {
			require.NoError(t, os.Rename(filepath.Join(d, "card.md"), filepath.Join(t.TempDir(), "card.md")))
			require.NoError(t, os.Symlink("LICENSE", filepath.Join(d, "card.md")))
		}, pack.Limits{}, pack.ErrFiles},
		"Changed": {"another content", func(t *testing.T, d string) {
			require.NoError(t, os.WriteFile(filepath.Join(d, "card.md"), []byte("# Scorer\nFor tests.\n"), 0o600))
		}, pack.Limits{}, pack.ErrDigest},
		"Grown":    {"a file larger than all may be", func(t *testing.T, d string) { require.NoError(t, os.Truncate(filepath.Join(d, "card.md"), 1<<20)) }, pack.Limits{Bytes: 1 << 16}, pack.ErrLimit},
		"Limit":    {"a pack larger than is taken", func(*testing.T, string) {}, pack.Limits{Bytes: 10}, pack.ErrLimit},
		"Unsigned": {"signatures may be absent", func(t *testing.T, d string) { require.NoError(t, os.Remove(filepath.Join(d, "signatures.json"))) }, pack.Limits{}, nil},
		"Crowded": {"files without end", func(t *testing.T, d string) {
			for i := range manifest.MaxFiles + 3 {
				require.NoError(t, os.WriteFile(filepath.Join(d, "x"+string(rune('a'+i%26))+string(rune('a'+i/26))), nil, 0o600))
			}
		}, pack.Limits{}, pack.ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			dir, err := paths.OpenDir(folder)
			require.NoError(t, err)
			defer dir.Close()
			require.NoError(t, signed.WriteDir(dir))
			require.ErrorIs(t, signed.WriteDir(dir), pack.ErrFiles, "a folder with something in it is not written over")
			tc.change(t, folder)
			p, err := pack.Open(dir, signed.ID(), tc.limits)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want == nil {
				require.Equal(t, signed.Manifest(), p.Manifest())
			}
		})
	}
}
