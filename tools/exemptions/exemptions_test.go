// Package exemptions holds the test that keeps the list of all lines that need not follow a rule of security/analyzers, and
// of the packages that are a rule's home. A change of the list is a change to be reviewed.
package exemptions

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/virtengine/virtengine/security/analyzers/house"
	"github.com/virtengine/virtengine/tools/checkout"
)

const list = "tools/exemptions/exemptions.txt"

var (
	update  = flag.Bool("update", false, "write "+list)
	comment = regexp.MustCompile(`//ve:allow (\S+) ([^\n]*)`)
)

func TestTheListOfExemptions(t *testing.T) {
	root := checkout.Root(t)
	got := strings.Join(append(homes(), exempted(t, root)...), "\n") + "\n"
	name := filepath.Join(root, filepath.FromSlash(list))
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the code says; if the change is meant: go test ./tools/exemptions -update\n%s", list, got)
	}
}

func homes() []string {
	var out []string
	for _, h := range house.Homes {
		out = append(out, fmt.Sprintf("home %s %s: %s", h.Analyzer, strings.TrimSuffix(h.Package+"/"+h.File, "/"), h.Reason))
	}
	return out
}

// exempted lists every exemption of the tree, by file.
func exempted(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	for _, top := range []string{"chain", "daemons", "examples", "security", "tools"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			if entry.IsDir() && (entry.Name() == "testdata" || rel == "security/analyzers" || rel == "tools/exemptions") {
				return fs.SkipDir
			}
			if filepath.Ext(name) != ".go" {
				return nil
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			for _, m := range comment.FindAllStringSubmatch(string(text), -1) {
				if !slices.Contains(house.Analyzers, m[1]) {
					t.Errorf("%s: no analyzer is called %q", rel, m[1])
				}
				out = append(out, fmt.Sprintf("line %s %s: %s", m[1], rel, m[2]))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(out)
	return out
}
