// Package bad opens paths in ways that were found in the wild.
package bad

import (
	"archive/tar"
	"archive/zip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// A manifest's file name.
func read(dir, name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(dir, name)) // want `os.ReadFile: open it through security/paths`
}

// A prefix check that "/data-secret" and "/data/../etc" pass.
func checked(name string) (*os.File, error) {
	if !strings.HasPrefix(name, "/data") {
		return nil, os.ErrPermission
	}
	return os.Open(name) // want `os.Open`
}

// A request's path, cleaned and still absolute.
func download(w http.ResponseWriter, r *http.Request) {
	http.ServeFile(w, r, filepath.Clean(r.URL.Path)) // want `net/http.ServeFile`
}

func files() http.Handler { return http.FileServer(http.Dir("/srv")) } // want `net/http.FileServer` `net/http.Dir`

// An archive's names.
func unpack(r io.Reader, into string) error {
	in := tar.NewReader(r) // want `archive/tar.NewReader: unpack through security/archive`
	for {
		h, err := in.Next()
		if err != nil {
			return err
		}
		f, err := os.Create(filepath.Join(into, h.Name)) // want `os.Create: write it through security/paths`
		if err != nil {
			return err
		}
		if _, err := io.Copy(f, in); err != nil {
			return err
		}
	}
}

func unzip(name string) (*zip.ReadCloser, error) { return zip.OpenReader(name) } // want `archive/zip.OpenReader`

// A torn file, readable by everyone.
func save(name string, data []byte) error { return os.WriteFile(name, data, 0o644) } // want `os.WriteFile`

// Checked first, used later.
func fresh(name string) error {
	if _, err := os.Stat(name); err == nil { // want `os.Stat`
		return os.ErrExist
	}
	return os.Mkdir(name, 0o777) // want `os.Mkdir`
}

func wipe(dir string) error { return os.RemoveAll(dir) } // want `os.RemoveAll`

// Through a value, a variable, a struct.
var remove = os.Remove // want `os.Remove`

type disk struct {
	open func(string) (*os.File, error)
}

func real() disk { return disk{open: os.Open} } // want `os.Open`

func links(dir string) ([]string, error) { return filepath.Glob(dir + "/*") } // want `path/filepath.Glob`

func walk(dir string) error { return filepath.WalkDir(dir, nil) } // want `path/filepath.WalkDir`

func low(name string) (int, error) { return unix.Open(name, 0, 0) } // want `golang.org/x/sys/unix.Open`

func root(dir string) (*os.Root, error) { return os.OpenRoot(dir) } // want `os.OpenRoot`
