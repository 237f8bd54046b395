// Package image finds the root directory that an image reference of a manifest means on this machine.
package image

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/security/paths"
)

// Config is what the operator allows.
type Config struct {
	Local      string   // directory of local/NAME images; empty: none
	Cache      string   // state directory; unpacked images go below it
	Registries []string // host names that may be pulled from
	Insecure   []string // those of them that speak plain HTTP
	MaxBytes   uint64   // of one unpacked image
	MaxFiles   uint64
	AllowHost  bool
}

// Image is an image that is ready to be a root.
type Image struct {
	Root       string // directory; empty: the host's own programs
	HostBinds  []string
	Entrypoint []string
	Cmd        []string
	Env        []string
	WorkDir    string
	UID, GID   uint32
}

// Store finds images, and unpacks what it pulls.
type Store struct {
	cfg   Config
	dir   *paths.Dir
	web   http.RoundTripper // reaches the registries, and where they send us
	cache *os.Root          // of dir
	mu    sync.Mutex        // of unpacking: two leases with one image unpack it once
}

// Open opens the store.
func Open(cfg Config) (*Store, error) {
	dir := filepath.Join(cfg.Cache, "images")
	opened, err := paths.MakeDir(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, dir: opened, cache: opened.Root()}
	if s.web, err = registries(cfg); err != nil {
		return nil, errors.Join(err, opened.Close())
	}
	return s, s.sweep()
}

// Close releases what Open holds.
func (s *Store) Close() error { return s.dir.Close() }

// hostBinds are the host's programs and what they are linked to.
var hostBinds = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}

// localName is a local image: path components and an optional tag.
var localName = regexp.MustCompile(`^local/([a-z0-9][a-z0-9._-]*)(?::([A-Za-z0-9_][A-Za-z0-9._-]*))?$`)

func refuse(ref, why, next string) error {
	return fmt.Errorf("%w: image %s: %s; hint: %s", backend.ErrRefused, ref, why, next)
}

// Find makes the image of a reference ready: "host", "local/NAME[:TAG]", or a reference with a registry's host name.
func (s *Store) Find(ctx context.Context, ref string, cred *manifest.Credentials) (Image, error) {
	if ref == "host" {
		if !s.cfg.AllowHost {
			return Image{}, refuse(ref, "this provider does not let tenants run the host's own programs",
				"name an image, or choose another provider")
		}
		return Image{HostBinds: hostBinds, WorkDir: "/"}, nil
	}
	if m := localName.FindStringSubmatch(ref); m != nil {
		return s.local(ctx, ref, m[1], m[2])
	}
	host, _, ok := strings.Cut(ref, "/")
	if !ok || !strings.ContainsAny(host, ".:") && host != "localhost" {
		return Image{}, refuse(ref, "it names no registry", "write REGISTRY/NAME:TAG or REGISTRY/NAME@DIGEST, or local/NAME "+
			"for an image of the provider's own")
	}
	parsed, err := name.ParseReference(ref, s.nameOptions(host)...)
	if err != nil {
		return Image{}, refuse(ref, err.Error(), "correct the reference")
	}
	return s.pull(ctx, parsed, cred)
}

// local looks in the operator's directory.
func (s *Store) local(ctx context.Context, ref, base, tag string) (Image, error) {
	missing := func() (Image, error) {
		return Image{}, refuse(ref, "the provider has no such image", "ask the provider which ones it has, or name a registry")
	}
	if s.cfg.Local == "" {
		return missing()
	}
	store, err := paths.OpenDir(s.cfg.Local)
	if err != nil {
		return Image{}, fmt.Errorf("images_dir: %w", err)
	}
	defer store.Close()
	info, err := store.Stat(base)
	switch {
	case err == nil && info.IsDir():
		if _, err := store.Stat(filepath.Join(base, "oci-layout")); err == nil {
			return s.fromLayout(ctx, ref, filepath.Join(s.cfg.Local, base), tag)
		}
		if tag != "" && tag != "latest" {
			return missing()
		}
		return Image{Root: filepath.Join(s.cfg.Local, base), WorkDir: "/"}, nil
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return Image{}, fmt.Errorf("image %s: %w", ref, err)
	}
	if tag != "" && tag != "latest" {
		return missing()
	}
	if _, err := store.Stat(base + ".tar"); err != nil {
		return missing()
	}
	tar, err := store.Open(base + ".tar")
	if err != nil {
		return Image{}, fmt.Errorf("image %s: %w", ref, err)
	}
	defer tar.Close()
	return s.fromTar(ref, tar)
}
