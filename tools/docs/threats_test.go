package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/virtengine/virtengine/tools/checkout"
)

var (
	quoted   = regexp.MustCompile("`([^`]+)`")
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
)

// TestEveryThreatHasItsAnswer reads the tables of docs/security.md: the packages of a row exist, and its tests are in them.
func TestEveryThreatHasItsAnswer(t *testing.T) {
	root := checkout.Root(t)
	page, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	threats := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 || !strings.Contains(cells[3], "`") {
			continue
		}
		threats++
		does := strings.TrimSpace(cells[1])
		tests := map[string]bool{}
		for _, pkg := range names(cells[3]) {
			found, err := testsOf(filepath.Join(root, filepath.FromSlash(pkg)))
			if err != nil {
				t.Errorf("%s: %v", does, err)
			}
			for _, name := range found {
				tests[name] = true
			}
		}
		shown := names(cells[4])
		if len(shown) == 0 {
			t.Errorf("%s: no test shows the answer", does)
		}
		for _, name := range shown {
			if !tests[name] {
				t.Errorf("%s: no %s in %s", does, name, strings.TrimSpace(cells[3]))
			}
		}
	}
	if threats < 20 {
		t.Errorf("%d threats found: is the page's form another one?", threats)
	}
}

func names(cell string) []string {
	var found []string
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		found = append(found, m[1])
	}
	return found
}

// testsOf returns the names of a package's tests.
func testsOf(folder string) ([]string, error) {
	if _, err := os.Stat(folder); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return nil, err
	}
	var found []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, m := range testFunc.FindAllStringSubmatch(string(text), -1) {
			found = append(found, m[1])
		}
	}
	return found, nil
}
