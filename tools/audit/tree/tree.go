// Package tree lists the files of a repository as they would be committed: those that git tracks and those that are new and
// not ignored.
//
// Guarantee: every file that is in the next commit of everything is listed, whatever its type. Without git, everything
// below the root is listed but what no commit holds: .git, links, and what builds and package managers leave behind.
//
// Threat: an audit that looks past a file. It does not list earlier commits: what was committed once and removed is still
// in the history.
package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/security/paths"
)

const (
	maxEntries = 100_000  // of one folder
	maxList    = 64 << 20 // bytes of names
	patience   = 5 * time.Minute
)

// Files returns the names of a repository's files, relative to root, an absolute path, and sorted; and who said so: "git"
// or "the folder". Links are not listed: what they hold is a path.
func Files(ctx context.Context, root string) (names []string, by string, err error) {
	dir, err := paths.OpenDir(root, paths.OthersMayWrite) // a team may share it
	if err != nil {
		return nil, "", err
	}
	defer dir.Close()
	if _, err := dir.Stat(".git"); err == nil {
		names, err = tracked(ctx, root)
		if err == nil {
			names, err = present(dir, names)
		}
		if !errors.Is(err, fs.ErrNotExist) { // no git program: the folder says it too
			return names, "git", err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, "", err
	}
	names, err = walk(dir, ".", nil)
	slices.Sort(names)
	return names, "the folder", err
}

// tracked asks git. Listing runs no program of the repository's settings once the monitor is off, so that a checkout of
// another user, as build machines have, may be listed.
func tracked(ctx context.Context, root string) ([]string, error) {
	words := []string{"-c", "core.fsmonitor=false", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"}
	var shape exec.Seq
	for _, w := range words {
		shape = append(shape, exec.Word(w))
	}
	run, err := exec.NewRegistry(exec.Config{}, exec.Program{Name: "git", File: "git", Args: shape, Env: map[string]exec.Slot{
		"GIT_CONFIG_NOSYSTEM": exec.Word("1"), "GIT_CONFIG_GLOBAL": exec.Word("/dev/null"), "GIT_OPTIONAL_LOCKS": exec.Word("0"), "LC_ALL": exec.Word("C"),
	}})
	if err != nil {
		return nil, err
	}
	out, err := run.Run(ctx, exec.Command{Program: "git", Args: words, Dir: root, MaxOutput: maxList, Timeout: patience})
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	names := strings.FieldsFunc(string(out.Stdout), func(r rune) bool { return r == 0 })
	slices.Sort(names)
	return slices.Compact(names), nil // a conflict lists a name thrice
}

// present leaves out what git tracks and is not there any more, and what is no file.
func present(dir *paths.Dir, names []string) ([]string, error) {
	var there []string
	for _, name := range names {
		info, err := dir.Root().Lstat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case info.Mode().IsRegular():
			there = append(there, name)
		}
	}
	return there, nil
}

func walk(dir *paths.Dir, folder string, names []string) ([]string, error) {
	here := dir
	if folder != "." {
		sub, err := dir.Sub(folder)
		if err != nil {
			return nil, err
		}
		defer sub.Close()
		here = sub
	}
	entries, err := here.List(maxEntries)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := path.Join(folder, e.Name())
		switch {
		case e.IsDir() && e.Name() != ".git" && e.Name() != "node_modules":
			if names, err = walk(dir, name, names); err != nil {
				return nil, err
			}
		case e.Type().IsRegular():
			names = append(names, name)
		}
	}
	return names, nil
}
