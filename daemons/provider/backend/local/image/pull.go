package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/security/archive"
	"github.com/virtengine/virtengine/security/paths"
)

// refName is where an OCI layout keeps an image's tag.
const refName = "org.opencontainers.image.ref.name"

var platform = v1.Platform{OS: "linux", Architecture: runtime.GOARCH}

func (s *Store) nameOptions(host string) []name.Option {
	opts := []name.Option{name.StrictValidation}
	if slices.Contains(s.cfg.Insecure, host) {
		opts = append(opts, name.Insecure)
	}
	return opts
}

// pull gets an image from its registry, if the operator allows that one, unless it is here already.
func (s *Store) pull(ctx context.Context, ref name.Reference, cred *manifest.Credentials) (Image, error) {
	host := ref.Context().RegistryStr()
	if !slices.Contains(s.cfg.Registries, host) {
		return Image{}, refuse(ref.String(), "this provider does not pull from "+host,
			"use one of its registries: "+strings.Join(s.cfg.Registries, ", "))
	}
	opts := []remote.Option{remote.WithContext(ctx), remote.WithPlatform(platform), remote.WithTransport(s.web)}
	if cred != nil && cred.Host == host {
		opts = append(opts, remote.WithAuth(&authn.Basic{Username: cred.Username, Password: cred.Password}))
	}
	img, err := remote.Image(ref, opts...)
	if err != nil {
		return Image{}, pullError(ref.String(), err)
	}
	found, err := s.unpacked(ref.String(), img)
	if err != nil && !errors.Is(err, backend.ErrRefused) {
		return Image{}, pullError(ref.String(), err)
	}
	return found, err
}

// pullError tells what trying again can help against from what it cannot.
func pullError(ref string, err error) error {
	var t *transport.Error
	if errors.As(err, &t) {
		switch t.StatusCode {
		case http.StatusNotFound:
			return refuse(ref, "the registry has no such image", "correct name, tag or digest")
		case http.StatusUnauthorized, http.StatusForbidden:
			return refuse(ref, "the registry wants other credentials", "put credentials for it into the manifest")
		}
	}
	return fmt.Errorf("%w: image %s: %w", backend.ErrUnavailable, ref, err)
}

// fromLayout takes an image out of an OCI layout: by tag, or the only one.
func (s *Store) fromLayout(_ context.Context, ref, dir, tag string) (Image, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return Image{}, fmt.Errorf("image %s: %w", ref, err)
	}
	img, err := choose(index, tag)
	if err != nil {
		return Image{}, refuse(ref, err.Error(), "name a tag that the provider has")
	}
	return s.unpacked(ref, img)
}

func choose(index v1.ImageIndex, tag string) (v1.Image, error) {
	m, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	var fit []v1.Descriptor
	for _, d := range m.Manifests {
		if tag != "" && d.Annotations[refName] != tag {
			continue
		}
		if d.Platform != nil && !d.Platform.Satisfies(v1.Platform{OS: platform.OS, Architecture: platform.Architecture}) {
			continue
		}
		fit = append(fit, d)
	}
	if len(fit) != 1 {
		return nil, fmt.Errorf("%d images match tag %q and %s", len(fit), tag, platform.String())
	}
	if fit[0].MediaType.IsIndex() {
		inner, err := index.ImageIndex(fit[0].Digest)
		if err != nil {
			return nil, err
		}
		return choose(inner, "")
	}
	return index.Image(fit[0].Digest)
}

// unpacked is the image's root in the cache, by the digest of its manifest; it is unpacked if it is not there.
func (s *Store) unpacked(ref string, img v1.Image) (Image, error) {
	digest, err := img.Digest()
	if err != nil {
		return Image{}, err
	}
	manifest, err := img.Manifest()
	if err != nil {
		return Image{}, err
	}
	var packed uint64
	for _, l := range manifest.Layers {
		packed += uint64(max(l.Size, 0))
	}
	if packed > s.cfg.MaxBytes {
		return Image{}, refuse(ref, fmt.Sprintf("%d bytes packed, the limit is %d unpacked", packed, s.cfg.MaxBytes), "use a smaller image")
	}
	file, err := img.ConfigFile()
	if err != nil {
		return Image{}, err
	}
	at, err := s.once(ref, "sha256-"+digest.Hex, func(dir *os.Root) error {
		flat := mutate.Extract(img)
		return errors.Join(unpack(flat, dir, s.cfg.MaxBytes, s.cfg.MaxFiles), flat.Close())
	})
	if err != nil {
		return Image{}, err
	}
	c := file.Config
	out := Image{Root: at, Entrypoint: c.Entrypoint, Cmd: c.Cmd, Env: c.Env, WorkDir: path.Clean("/" + c.WorkingDir)}
	out.UID, out.GID, err = user(at, c.User)
	if err != nil {
		return Image{}, refuse(ref, err.Error(), "use an image whose user exists in it")
	}
	return out, nil
}

// fromTar unpacks a tar of a root directory, cached by its content.
func (s *Store) fromTar(ref string, f *os.File) (Image, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return Image{}, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Image{}, err
	}
	at, err := s.once(ref, "tar-"+hex.EncodeToString(sum.Sum(nil)), func(dir *os.Root) error {
		return unpack(f, dir, s.cfg.MaxBytes, s.cfg.MaxFiles)
	})
	return Image{Root: at, WorkDir: "/"}, err
}

// once fills a directory of the cache unless it is there. A crash leaves the whole of it or nothing.
func (s *Store) once(ref, key string, fill func(*os.Root) error) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := filepath.Join(s.cache.Name(), key)
	if _, err := s.cache.Stat(key); err == nil {
		return at, nil
	}
	part := key + ".part"
	if err := s.cache.RemoveAll(part); err != nil {
		return "", err
	}
	if err := s.cache.Mkdir(part, 0o755); err != nil {
		return "", err
	}
	dir, err := s.cache.OpenRoot(part)
	if err != nil {
		return "", err
	}
	err = errors.Join(fill(dir), dir.Close())
	if err != nil {
		err = errors.Join(err, s.cache.RemoveAll(part))
		if errors.Is(err, archive.ErrRefused) {
			return "", refuse(ref, err.Error(), "use another image, or ask the provider to raise its limits")
		}
		return "", err
	}
	return at, s.cache.Rename(part, key)
}

// sweep removes what a crash left half unpacked.
func (s *Store) sweep() error {
	entries, err := fs.ReadDir(s.cache.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") {
			if err := s.cache.RemoveAll(e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

// user reads an image's user: NAME, UID, or either with :GROUP, by the image's own /etc/passwd and /etc/group.
func user(root, spec string) (uid, gid uint32, err error) {
	if spec == "" {
		return 0, 0, nil
	}
	dir, err := paths.OpenDir(root)
	if err != nil {
		return 0, 0, err
	}
	defer dir.Close()
	name, group, grouped := strings.Cut(spec, ":")
	row := entry(dir, "etc/passwd", name)
	if n, err := strconv.ParseUint(name, 10, 31); err == nil {
		uid = uint32(n)
	} else if uid, err = number(row, 2); err != nil {
		return 0, 0, fmt.Errorf("its user %q is not in its /etc/passwd", name)
	}
	if !grouped {
		if g, err := number(row, 3); err == nil {
			gid = g
		}
		return uid, gid, nil
	}
	if n, err := strconv.ParseUint(group, 10, 31); err == nil {
		return uid, uint32(n), nil
	}
	if gid, err = number(entry(dir, "etc/group", group), 2); err != nil {
		return 0, 0, fmt.Errorf("its group %q is not in its /etc/group", group)
	}
	return uid, gid, nil
}

// entry is the row of a name or number in a file of /etc; empty when there is none.
func entry(dir *paths.Dir, file, key string) []string {
	data, err := dir.ReadFile(file, paths.MaxKernel)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) > 2 && (f[0] == key || f[2] == key) {
			return f
		}
	}
	return nil
}

func number(row []string, i int) (uint32, error) {
	if len(row) <= i {
		return 0, errors.New("no such entry")
	}
	n, err := strconv.ParseUint(row[i], 10, 31)
	return uint32(n), err
}
