package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/virtengine/virtengine/security/paths"
)

// maxProgram bounds the program of an image, in bytes.
const maxProgram = 256 << 20

// packImage puts one static program into an OCI image layout, so that manifests name it as local/NAME. It does nothing
// where the image is there already.
func packImage(store, name, program string) error {
	dir := filepath.Join(store, name)
	into, err := paths.MakeDir(dir)
	if err != nil {
		return err
	}
	_, missing := into.Stat("index.json")
	if err := into.Close(); err != nil || missing == nil {
		return err
	}
	if !errors.Is(missing, fs.ErrNotExist) {
		return missing
	}
	content, err := paths.ReadFile(program, maxProgram)
	if err != nil {
		return err
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, d := range []string{"bin/", "data/"} {
		if err := w.WriteHeader(&tar.Header{Name: d, Typeflag: tar.TypeDir, Mode: 0o755}); err != nil {
			return err
		}
	}
	if err := w.WriteHeader(&tar.Header{Name: "bin/" + name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(content))}); err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil })
	if err != nil {
		return err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return err
	}
	image, err = mutate.Config(image, v1.Config{Entrypoint: []string{"/bin/" + name}, WorkingDir: "/"})
	if err != nil {
		return err
	}
	index, err := layout.Write(dir, empty.Index)
	if err != nil {
		return fmt.Errorf("image %s: %w", name, err)
	}
	return index.AppendImage(image)
}
