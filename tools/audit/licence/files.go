package licence

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"

	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

const (
	maxText    = 4 << 20 // bytes of one licence file
	maxEntries = 100_000 // of one folder
)

var (
	// licenceName is what files with licences are called; folders too, as LICENSES.
	licenceName = regexp.MustCompile(`(?i)^(?:.*[-_.])?(?:licen[cs]es?|un-?licen[cs]e|copying|copyright)(?:[-_.].*)?$`)
	// noticeName is what files are called that must be passed on and grant nothing.
	noticeName = regexp.MustCompile(`(?i)^notices?(?:[-_.].*)?$`)
	// code is no licence, whatever it is called: license.go, checklicense.sh, .licenserc.yaml.
	code = regexp.MustCompile(`(?i)\.(?:go|sh|py|js|ya?ml|json|toml|tmpl|tpl|png|svg)$`)
)

// File is a licence file.
type File struct {
	Name     string   // below the module's folder, slashes
	Licences []string // ids of SPDX; none: unknown
	Notice   bool
	digest   hashes.Digest
}

// Files finds and classifies the licence files of a module: those of its root, and of the folders between it and each
// package in use.
func Files(m Module) ([]File, error) {
	//ve:allow filepaths the go command says where modules are
	root, err := os.OpenRoot(m.Dir)
	if err != nil {
		return nil, err
	}
	tree := paths.Over(root)
	defer tree.Close()
	var found []File
	for _, folder := range upward(m.Folders) {
		more, err := inFolder(tree, folder)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", m.Path, m.Version, err)
		}
		found = append(found, more...)
	}
	return found, nil
}

// upward is the folders with all those above them, the root first.
func upward(folders []string) []string {
	set := map[string]bool{".": true}
	for _, f := range folders {
		for ; f != "."; f = path.Dir(f) {
			set[f] = true
		}
	}
	var all []string
	for f := range set {
		all = append(all, f)
	}
	slices.Sort(all)
	return all
}

func inFolder(tree *paths.Dir, folder string) ([]File, error) {
	entries, err := list(tree, folder)
	if err != nil {
		return nil, err
	}
	var found []File
	for _, e := range entries {
		notice := noticeName.MatchString(e.Name())
		if !notice && !licenceName.MatchString(e.Name()) || code.MatchString(e.Name()) {
			continue
		}
		name := path.Join(folder, e.Name())
		if e.IsDir() { // LICENSES: each file in it is one
			texts, err := list(tree, name)
			if err != nil {
				return nil, err
			}
			for _, t := range texts {
				if !t.IsDir() && !code.MatchString(t.Name()) {
					if found, err = add(found, tree, path.Join(name, t.Name()), false); err != nil {
						return nil, err
					}
				}
			}
			continue
		}
		if found, err = add(found, tree, name, notice); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func add(found []File, tree *paths.Dir, name string, notice bool) ([]File, error) {
	text, err := tree.ReadFile(name, maxText)
	if errors.Is(err, paths.ErrNotRegular) {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	f := File{Name: name, Notice: notice, digest: hashes.Of(text)}
	if !notice {
		f.Licences = Classify(string(text))
	}
	return append(found, f), nil
}

func list(tree *paths.Dir, folder string) ([]fs.DirEntry, error) {
	if folder == "." {
		return tree.List(maxEntries)
	}
	sub, err := tree.Sub(folder)
	if err != nil {
		return nil, err
	}
	defer sub.Close()
	return sub.List(maxEntries)
}

// Digest is that of all licence files together, names and contents: what a person who decided about them has seen.
func Digest(files []File) (hashes.Digest, error) {
	t, err := hashes.NewTranscript("virtengine/audit/licences/v1")
	if err != nil {
		return hashes.Digest{}, err
	}
	for _, f := range files {
		if !f.Notice {
			t.Add(f.Name, f.digest.Bytes())
		}
	}
	return t.Sum(), nil
}
