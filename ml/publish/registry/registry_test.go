package registry_test

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/ml/publish/registry"
	"github.com/virtengine/virtengine/ml/publish/registry/registrytest"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/paths"
)

// disk is a registry in a folder of its own.
func disk(t *testing.T) (*registry.Disk, string) {
	t.Helper()
	folder := t.TempDir()
	dir, err := paths.OpenDir(folder)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dir.Close()) })
	d, err := registry.OpenDisk(dir, pack.Limits{})
	require.NoError(t, err)
	return d, folder
}

// serve answers on loopback until the test ends, and returns the address.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s, err := httpx.NewServer(httpx.ServerConfig{Handler: h, Log: slog.New(slog.DiscardHandler), Entropy: entropy.Reader()})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() { stop(); require.NoError(t, <-done) })
	return "http://" + l.Addr().String()
}

func client(t *testing.T, base string, l pack.Limits) *registry.HTTP {
	t.Helper()
	c, err := registry.NewHTTP(base, httpx.ClientConfig{}, l, nil)
	require.NoError(t, err)
	return c
}

func TestDisk(t *testing.T) {
	registrytest.Run(t, func(t *testing.T) (registrytest.Publisher, registry.Reader) {
		d, _ := disk(t)
		return d, d
	})
}

func TestHTTP(t *testing.T) {
	registrytest.Run(t, func(t *testing.T) (registrytest.Publisher, registry.Reader) {
		d, _ := disk(t)
		h, err := registry.Handler(d)
		require.NoError(t, err)
		return d, client(t, serve(t, h), pack.Limits{})
	})
}

func TestACrashLeavesNothingHalf(t *testing.T) {
	p := packtest.Build(t, nil)
	raw, err := p.Archive()
	require.NoError(t, err)
	file := filepath.Join("packs", "sha256", hex.EncodeToString(p.ID().Bytes())+".vepack")
	record := filepath.Join("index", "scorer", "1.2.3.json")
	for name, tc := range map[string]struct {
		reason string
		left   map[string][]byte
	}{
		"BeforeAll":     {"nothing was written", nil},
		"InTheArchive":  {"an unfinished write has another name", map[string][]byte{"packs/sha256/.x.next": raw[:100]}},
		"BeforeRecord":  {"the archive lies there, and nothing names it", map[string][]byte{file: raw}},
		"FolderAlone":   {"the name's folder is there, without a version", map[string][]byte{file: raw, "index/scorer/.1.2.3.json.next": nil}},
		"DamagedOnDisk": {"a disk lost what it had reported as written", map[string][]byte{file: raw[:700]}},
	} {
		t.Run(name, func(t *testing.T) {
			d, folder := disk(t)
			for file, content := range tc.left {
				require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, file)), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(folder, file), content, 0o600))
			}
			_, err := d.Versions(t.Context(), "scorer")
			require.ErrorIs(t, err, registry.ErrNotFound, tc.reason)
			_, err = d.Publish(t.Context(), p)
			require.NoError(t, err, tc.reason)
			again, err := d.Fetch(t.Context(), p.ID())
			require.NoError(t, err)
			require.Equal(t, p.Manifest(), again.Manifest())
			require.FileExists(t, filepath.Join(folder, record))
		})
	}
}

func TestADiskThatLiesIsFoundOut(t *testing.T) {
	d, folder := disk(t)
	p, other := packtest.Build(t, nil), packtest.Build(t, func(s *pack.Spec) { s.Version[0]++ })
	for _, p := range []*pack.Pack{p, other} {
		_, err := d.Publish(t.Context(), p)
		require.NoError(t, err)
	}
	file := func(p *pack.Pack) string {
		return filepath.Join(folder, "packs", "sha256", hex.EncodeToString(p.ID().Bytes())+".vepack")
	}
	raw, err := os.ReadFile(file(other))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file(p), raw, 0o600))
	_, err = d.Fetch(t.Context(), p.ID())
	require.ErrorIs(t, err, pack.ErrOther, "a good pack of another id is not what was asked for")

	record := filepath.Join(folder, "index", "scorer", "1.2.3.json")
	require.NoError(t, os.Rename(filepath.Join(folder, "index", "scorer", "2.2.3.json"), record))
	_, err = d.Resolve(t.Context(), "scorer", manifest.Version{1, 2, 3})
	require.ErrorIs(t, err, registry.ErrRecord, "a record says itself what it is about")
}

func TestOneOfManyPublishersWins(t *testing.T) {
	d, _ := disk(t)
	var wait sync.WaitGroup
	packs, errs := make([]*pack.Pack, 8), make([]error, 8)
	for i := range packs {
		packs[i] = packtest.Build(t, func(s *pack.Spec) { s.Score.Steps[2].Score -= int64(i) })
	}
	for i := range packs {
		wait.Go(func() { _, errs[i] = d.Publish(context.Background(), packs[i]) })
	}
	wait.Wait()
	won := 0
	for i, err := range errs {
		if err != nil {
			require.ErrorIs(t, err, registry.ErrTaken)
			continue
		}
		won++
		record, err := d.Resolve(t.Context(), "scorer", manifest.Version{1, 2, 3})
		require.NoError(t, err)
		require.Equal(t, packs[i].ID(), record.ID)
	}
	require.Equal(t, 1, won)
}

func TestAServerThatLiesIsFoundOut(t *testing.T) {
	p := packtest.Build(t, nil)
	raw, err := p.Archive()
	require.NoError(t, err)
	cardAt := len(raw) / 2
	other, err := packtest.Build(t, func(s *pack.Spec) { s.Version[0]++ }).Archive()
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		answer func(w http.ResponseWriter)
		limits pack.Limits
		want   error
	}{
		"Noise":     {"HTML is no pack", func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>")) }, pack.Limits{}, pack.ErrFormat},
		"Nothing":   {"no bytes are no pack", func(http.ResponseWriter) {}, pack.Limits{}, pack.ErrFormat},
		"Other":     {"a good pack of another id", func(w http.ResponseWriter) { _, _ = w.Write(other) }, pack.Limits{}, pack.ErrOther},
		"CutShort":  {"a connection that ends early", func(w http.ResponseWriter) { _, _ = w.Write(raw[:len(raw)-600]) }, pack.Limits{}, pack.ErrFormat},
		"Endless":   {"bytes behind the end", func(w http.ResponseWriter) { _, _ = w.Write(append(raw, raw...)) }, pack.Limits{}, pack.ErrFormat},
		"TooLarge":  {"a pack that is larger than we take", func(w http.ResponseWriter) { _, _ = w.Write(raw) }, pack.Limits{Bytes: 100}, pack.ErrLimit},
		"Error":     {"a server that fails", func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, pack.Limits{}, registry.ErrServer},
		"Elsewhere": {"a redirect is not followed", func(w http.ResponseWriter) { w.Header().Set("Location", "/x"); w.WriteHeader(http.StatusFound) }, pack.Limits{}, httpx.ErrRedirect},
		"Lying": {"a length that is another", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", strconv.Itoa(len(raw)+10))
			_, _ = w.Write(raw)
		}, pack.Limits{}, nil},
		"Changed": {"one bit of a file", func(w http.ResponseWriter) {
			other := append([]byte{}, raw...)
			other[cardAt] ^= 1
			_, _ = w.Write(other)
		}, pack.Limits{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { tc.answer(w) }))
			_, err := client(t, base, tc.limits).Fetch(t.Context(), p.ID())
			require.Error(t, err, tc.reason)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want, tc.reason)
			}
		})
	}
}

func TestAnIndexThatLiesIsFoundOut(t *testing.T) {
	id := packtest.Build(t, nil).ID().String()
	record := func(name, version string) string {
		return `{"id":"` + id + `","name":"` + name + `","version":"` + version + `"}`
	}
	for name, tc := range map[string]struct{ reason, record, versions, names string }{
		"OtherName":    {"another name than was asked for", record("liveness", "1.2.3"), `{"versions":[` + record("liveness", "1.2.3") + `]}`, `{"names":["../etc"]}`},
		"OtherVersion": {"another version, or two in no order", record("scorer", "1.2.4"), `{"versions":[` + record("scorer", "1.2.4") + "," + record("scorer", "1.2.3") + `]}`, `{"names":["b","a"]}`},
		"Nothing":      {"nothing", "", "", ""},
		"Loose":        {"white space", record("scorer", "1.2.3") + " ", `{"versions": []}`, `{ "names":[]}`},
		"Unknown":      {"a field that nobody reads", `{"a":1}`, `{"a":1}`, `{"a":1}`},
		"NoVersions":   {"a name without versions", `[]`, `{"versions":[]}`, `[]`},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = w.Write([]byte(map[string]string{"/v1/names": tc.names, "/v1/names/scorer": tc.versions}[r.URL.Path]))
				if r.URL.Path == "/v1/names/scorer/1.2.3" {
					_, _ = w.Write([]byte(tc.record))
				}
			})), pack.Limits{})
			_, err := c.Resolve(t.Context(), "scorer", manifest.Version{1, 2, 3})
			require.ErrorIs(t, err, registry.ErrRecord, tc.reason)
			_, err = c.Versions(t.Context(), "scorer")
			require.ErrorIs(t, err, registry.ErrRecord, tc.reason)
			_, err = c.Names(t.Context())
			require.ErrorIs(t, err, registry.ErrRecord, tc.reason)
		})
	}
}

func TestAnAddressOfARegistry(t *testing.T) {
	for name, tc := range map[string]struct{ reason, base string }{
		"Empty":       {"there is none", ""},
		"File":        {"a folder is opened by OpenDisk", "file:///packs"},
		"Credentials": {"credentials do not belong into an address", "https://me@registry.test"},
		"Query":       {"paths are put behind it", "https://registry.test/?a=b"},
	} {
		_, err := registry.NewHTTP(tc.base, httpx.ClientConfig{}, pack.Limits{}, nil)
		require.ErrorIs(t, err, registry.ErrServer, name+": "+tc.reason)
	}
	_, err := registry.Handler(nil)
	require.ErrorIs(t, err, registry.ErrNotFound)
	_, err = registry.OpenDisk(nil, pack.Limits{})
	require.ErrorIs(t, err, registry.ErrNotFound)
}
