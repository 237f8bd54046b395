package licence

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/tools/audit/gosdk"
)

// Standard is the name under which Go itself is listed: its standard library is in every program.
const Standard = "std"

// Use says what of ours holds a module's code.
type Use string

const (
	InPrograms Use = "programs" // at least one program, ours or a tool's
	InTests    Use = "tests"    // tests only
)

// Module is a module of which code is compiled into ours.
type Module struct {
	Path, Version string
	Dir           string   // where its files are
	Folders       []string // below Dir, slashes: those of the packages in use, sorted
	Use           Use
}

// listed is what we read of go list's answer.
type listed struct {
	ImportPath, Name, ForTest, Dir string
	Standard                       bool
	Deps                           []string
	Module                         *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path, Version, Dir string }
	}
}

const listedFields = "ImportPath,Name,ForTest,Dir,Standard,Deps,Module"

// Platform is what code is compiled for.
type Platform struct{ OS, Arch string }

// Modules lists the modules that our code is built with, by path. root is the folder of our go.mod. Fails where the go
// command fails: a module that is missing, an import that leads nowhere.
func Modules(ctx context.Context, sdk *gosdk.SDK, root string, platforms []Platform, progress func(string)) ([]Module, error) {
	if len(platforms) == 0 {
		return nil, errors.New("no platform to list modules for")
	}
	c := collector{modules: map[string]*Module{}, folders: map[string]map[string]bool{}, sdk: sdk}
	for _, p := range platforms {
		progress(fmt.Sprintf("listing what is compiled for %s/%s", p.OS, p.Arch))
		out, err := sdk.List(ctx, root, p.OS, p.Arch, listedFields)
		if err != nil {
			return nil, fmt.Errorf("go list for %s/%s: %w", p.OS, p.Arch, err)
		}
		if err := c.read(out); err != nil {
			return nil, err
		}
	}
	return c.all(), nil
}

type collector struct {
	sdk     *gosdk.SDK
	modules map[string]*Module         // by path
	folders map[string]map[string]bool // of a module's path
}

func (c *collector) read(out []byte) error {
	var all []listed
	programs := map[string]bool{} // import paths that are in a program
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("what go list printed: %w", err)
		}
		all = append(all, p)
		if p.Name == "main" && p.Module != nil && p.Module.Main && !strings.HasSuffix(p.ImportPath, ".test") && p.ForTest == "" {
			for _, d := range p.Deps {
				programs[d] = true
			}
		}
	}
	for _, p := range all {
		if err := c.add(p, programs[p.ImportPath]); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) add(p listed, program bool) error {
	m := Module{Path: Standard, Version: c.sdk.Version, Dir: c.sdk.Root, Use: InTests}
	switch {
	case p.Module == nil && !p.Standard:
		return fmt.Errorf("package %s is of no module", p.ImportPath)
	case p.Module == nil:
		p.Dir = c.sdk.Root // one licence for all of Go
	case p.Module.Main:
		return nil
	case p.Module.Replace != nil:
		r := p.Module.Replace
		m.Path, m.Version, m.Dir = p.Module.Path, cmp.Or(r.Version, "local")+"=>"+r.Path, r.Dir
	default:
		m.Path, m.Version, m.Dir = p.Module.Path, p.Module.Version, p.Module.Dir
	}
	if c.modules[m.Path] == nil {
		c.modules[m.Path], c.folders[m.Path] = &m, map[string]bool{}
	}
	if program {
		c.modules[m.Path].Use = InPrograms
	}
	folder, err := filepath.Rel(m.Dir, p.Dir)
	if err != nil || !filepath.IsLocal(folder) {
		return fmt.Errorf("package %s is in %s, outside its module's folder %s", p.ImportPath, p.Dir, m.Dir)
	}
	c.folders[m.Path][filepath.ToSlash(folder)] = true
	return nil
}

func (c *collector) all() []Module {
	var all []Module
	for path, m := range c.modules {
		for f := range c.folders[path] {
			m.Folders = append(m.Folders, f)
		}
		slices.Sort(m.Folders)
		all = append(all, *m)
	}
	slices.SortFunc(all, func(a, b Module) int { return cmp.Compare(a.Path, b.Path) })
	return all
}
