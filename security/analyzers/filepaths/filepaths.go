// Package filepaths is the analyzer against path traversal: a path that is not a constant is opened through security/paths.
// Methods of *os.Root are safe as they are.
package filepaths

import (
	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

const (
	use   = "open it through security/paths: beneath a root with paths.Dir, an operator's file with paths.ReadFile, the kernel's with paths.ReadKernel"
	write = "write it through security/paths, whole or not at all and private: paths.WriteFile, Dir.WriteFile"
	pack  = "unpack through security/archive"
)

var rules = []ban.Rule{
	{Package: "os", Names: []string{"Open", "OpenFile", "ReadFile", "ReadDir", "Stat", "Lstat", "Readlink", "DirFS", "OpenRoot", "OpenInRoot", "Chdir"}, How: ban.Changeful, Use: use},
	{Package: "os", Names: []string{"Create", "WriteFile", "Mkdir", "MkdirAll", "MkdirTemp", "CreateTemp", "Remove", "RemoveAll", "Rename", "Symlink", "Link",
		"Chmod", "Chown", "Lchown", "Chtimes", "Truncate", "CopyFS"}, How: ban.Changeful, Use: write},
	{Package: "io/ioutil", Names: []string{"ReadFile", "WriteFile", "ReadDir", "TempFile", "TempDir"}, Use: use},
	{Package: "path/filepath", Names: []string{"Walk", "WalkDir", "Glob", "EvalSymlinks"}, How: ban.Changeful, Use: use},
	{Package: "syscall", Names: []string{"Open", "Openat", "Creat", "Mkdir", "Unlink", "Rename", "Symlink", "Link", "Chmod", "Chown"}, How: ban.Changeful, Use: use},
	{Package: "golang.org/x/sys/unix", Names: []string{"Open", "Creat", "Mkdir", "Unlink", "Rename", "Symlink", "Link", "Chmod", "Chown"}, How: ban.Changeful, Use: use},
	{Package: "net/http", Names: []string{"Dir", "ServeFile", "FileServer"}, Use: use},
	{Package: "archive/zip", Names: []string{"OpenReader", "NewReader"}, Use: pack},
	{Package: "archive/tar", Names: []string{"NewReader"}, Use: pack},
}

// Analyzer finds paths that could lead anywhere. Tests own their folders.
var Analyzer = &analysis.Analyzer{Name: "filepaths", Doc: "paths from outside are opened through security/paths", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{})
	if c == nil {
		return nil, nil
	}
	ban.Check(pass, c, rules)
	c.Done()
	return nil, nil
}
