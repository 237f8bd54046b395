package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

func packCommand() *cobra.Command {
	var given []string
	out, folder := "", false
	c := &cobra.Command{
		Use: "pack SPEC.json --out FILE.vepack", Args: cobra.ExactArgs(1),
		Short: "Makes a model pack, unsigned",
		Long: `Makes a model pack, unsigned: reads the files that a spec lists, runs the model on the conformance inputs, and writes
down what came out. The same spec and files give the same bytes, whatever the clock, the user and the umask.

A file lies where the spec's "path" says, from the spec's folder, or under its name there; --file says otherwise.
The format of specs is in ml/publish/README.md.`,
		Example: "  ve-model pack scorer.json --file scorer.onnx=out/scorer.onnx --out scorer.vepack",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, files, err := readSpec(args[0], given)
			if err != nil {
				return err
			}
			p, err := pack.Build(cmd.Context(), s, files, execute.Engine{}, progress(cmd))
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if err := writePack(out, p, folder); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\n", p.Manifest().Name, p.Manifest().Version, p.ID())
			return nil
		},
	}
	c.Flags().StringArrayVar(&given, "file", nil, "NAME=PATH of a file in the spec; may be repeated")
	c.Flags().StringVar(&out, "out", "", "file to write the pack to")
	c.Flags().BoolVar(&folder, "folder", false, "write the pack as a folder, which is new or empty")
	return required(c, "out")
}

// required marks flags that must be given.
func required(c *cobra.Command, flags ...string) *cobra.Command {
	for _, name := range flags {
		if err := c.MarkFlagRequired(name); err != nil {
			c.RunE = func(*cobra.Command, []string) error { return err }
		}
	}
	return c
}

// progress tells on standard error how far a command is.
func progress(cmd *cobra.Command) pack.Progress {
	return func(what string, done, total int64) {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %d of %d\n", what, done, total)
	}
}

// readSpec reads a spec and the files that it lists, within the limits of a pack.
func readSpec(name string, given []string) (pack.Spec, map[string][]byte, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return pack.Spec{}, nil, err
	}
	raw, err := paths.ReadFile(full, pack.MaxSpec)
	if err != nil {
		return pack.Spec{}, nil, err
	}
	s, err := pack.ReadSpec(raw)
	if err != nil {
		return pack.Spec{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	where := map[string]string{}
	for _, f := range s.Files {
		where[f.Name] = filepath.Join(filepath.Dir(full), f.Name)
		if f.Path != "" {
			where[f.Name] = filepath.Join(filepath.Dir(full), f.Path)
		}
	}
	if err := override(where, given); err != nil {
		return pack.Spec{}, nil, fmt.Errorf("%s: %w", name, err)
	}
	files, left := map[string][]byte{}, int64(pack.DefaultBytes)
	for _, f := range s.Files {
		if files[f.Name], err = paths.ReadFile(where[f.Name], left); err != nil {
			return pack.Spec{}, nil, fmt.Errorf("%s: file %q: %w", name, f.Name, err)
		}
		left -= int64(len(files[f.Name]))
	}
	return s, files, nil
}

// override puts the paths of --file in the places of the spec's.
func override(where map[string]string, given []string) error {
	seen := map[string]bool{}
	for _, pair := range given {
		file, path, found := strings.Cut(pair, "=")
		if !found || where[file] == "" || seen[file] {
			return fmt.Errorf("%w: --file %q: want NAME=PATH of a file that it lists, each name once", pack.ErrSpec, pair)
		}
		full, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		where[file], seen[file] = full, true
	}
	return nil
}

// readPack reads a pack from a file or folder, and checks that it is whole.
func readPack(name string) (*pack.Pack, bool, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, false, err
	}
	dir, err := paths.OpenDir(filepath.Dir(full), paths.OthersMayWrite)
	if err != nil {
		return nil, false, err
	}
	defer dir.Close()
	info, err := dir.Stat(filepath.Base(full))
	if err != nil {
		return nil, false, err
	}
	var p *pack.Pack
	if info.IsDir() {
		p, err = openFolder(full)
	} else {
		p, err = openArchive(dir, filepath.Base(full))
	}
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	return p, info.IsDir(), nil
}

func openFolder(full string) (*pack.Pack, error) {
	dir, err := paths.OpenDir(full, paths.OthersMayWrite)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return pack.Open(dir, hashes.Digest{}, pack.Limits{})
}

func openArchive(dir *paths.Dir, name string) (*pack.Pack, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return pack.Read(f, hashes.Digest{}, pack.Limits{})
}

// writePack writes a pack whole or not at all, readable by everyone.
func writePack(name string, p *pack.Pack, folder bool) error {
	full, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	if folder {
		dir, err := paths.MakeDir(full, paths.OthersMayWrite)
		if err != nil {
			return err
		}
		defer dir.Close()
		return p.WriteDir(dir)
	}
	raw, err := p.Archive()
	if err != nil {
		return err
	}
	return paths.WriteFile(full, raw, paths.PublicFile, paths.OthersMayWrite)
}
