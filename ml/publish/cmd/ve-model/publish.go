package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/registry"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/tlsconf"
)

func publishCommand() *cobra.Command {
	var rules policy
	c := &cobra.Command{
		Use: "publish REGISTRY PACK --trust KEYS.pem", Args: cobra.ExactArgs(2),
		Short: "Puts a model pack into a registry, after verifying it",
		Long: `Puts a model pack into a registry, which is a folder, after verifying it. A version means one pack for ever: another
content under the same name and version is refused. Publishing again adds signatures, or changes nothing.`,
		Example: "  ve-model publish /srv/models scorer.vepack --trust trusted.pem --threshold 2",
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			p, _, err := readPack(args[1])
			if err != nil {
				return err
			}
			if err := rules.check(cmd, p); err != nil {
				return err
			}
			full, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			dir, err := paths.MakeDir(full)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, dir.Close()) }()
			d, err := registry.OpenDisk(dir, pack.Limits{})
			if err != nil {
				return err
			}
			_, err = d.Publish(cmd.Context(), p)
			return err
		},
	}
	rules.flags(c)
	return c
}

func fetchCommand() *cobra.Command {
	var rules policy
	out, authorities := "", ""
	c := &cobra.Command{
		Use: "fetch REGISTRY [NAME [VERSION] | ID] --out FILE.vepack --trust KEYS.pem", Args: cobra.RangeArgs(1, 3),
		Short: "Gets a model pack from a registry and verifies it",
		Long: `Gets a model pack from a registry, a folder or an https address, and verifies it before it is written.

Without a version or an id (sha256:...) it lists what is there. Only an id says by itself which pack is meant; which pack
a version is, is the registry's word.`,
		Example: `  ve-model fetch https://models.example.org scorer
  ve-model fetch https://models.example.org scorer 1.4.0 --out scorer.vepack --trust trusted.pem --running now.vepack`,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			from, end, err := openRegistry(cmd, args[0], authorities)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, end()) }()
			id, found, err := wanted(cmd, from, args[1:])
			if err != nil || !found {
				return err
			}
			if out == "" {
				return errors.New("nowhere to write the pack to; hint: --out FILE.vepack")
			}
			p, err := from.Fetch(cmd.Context(), id)
			if err != nil {
				return err
			}
			if len(args) == 3 && (p.Manifest().Name != args[1] || p.Manifest().Version.String() != args[2]) {
				return fmt.Errorf("%w: the registry gave %s %s", pack.ErrOther, p.Manifest().Name, p.Manifest().Version)
			}
			if err := rules.check(cmd, p); err != nil {
				return err
			}
			return writePack(out, p, false)
		},
	}
	rules.flags(c)
	c.Flags().StringVar(&out, "out", "", "file to write the pack to")
	c.Flags().StringVar(&authorities, "authorities", "", "file of the authorities whose certificates a server may show, in PEM (default: the machine's)")
	return c
}

// openRegistry opens a folder or an address, and says how to close it.
func openRegistry(cmd *cobra.Command, where, authorities string) (registry.Reader, func() error, error) {
	nothing := func() error { return nil }
	if strings.HasPrefix(where, "https://") || strings.HasPrefix(where, "http://") {
		c := httpx.ClientConfig{TLS: tlsconf.Client()}
		if authorities != "" {
			full, err := filepath.Abs(authorities)
			if err != nil {
				return nil, nil, err
			}
			roots, err := tlsconf.RootsFile(full)
			if err != nil {
				return nil, nil, err
			}
			if c.TLS, err = tlsconf.NewClient(tlsconf.ClientConfig{Roots: roots, ALPN: []string{"h2", "http/1.1"}, Now: time.Now}); err != nil {
				return nil, nil, err
			}
		}
		h, err := registry.NewHTTP(where, c, pack.Limits{}, progress(cmd))
		return h, nothing, err
	}
	full, err := filepath.Abs(where)
	if err != nil {
		return nil, nil, err
	}
	dir, err := paths.OpenDir(full)
	if err != nil {
		return nil, nil, err
	}
	d, err := registry.OpenDisk(dir, pack.Limits{})
	if err != nil {
		return nil, nil, errors.Join(err, dir.Close())
	}
	return d, dir.Close, nil
}

// wanted is the id that arguments mean; where they mean none it lists what there is.
func wanted(cmd *cobra.Command, from registry.Reader, args []string) (hashes.Digest, bool, error) {
	switch {
	case len(args) == 0:
		names, err := from.Names(cmd.Context())
		for _, name := range names {
			if err == nil {
				err = list(cmd.Context(), cmd.OutOrStdout(), from, name)
			}
		}
		return hashes.Digest{}, false, err
	case len(args) == 1 && strings.Contains(args[0], ":"):
		id, err := manifest.ParseID(args[0])
		return id, true, err
	case len(args) == 1:
		return hashes.Digest{}, false, list(cmd.Context(), cmd.OutOrStdout(), from, args[0])
	}
	v, err := manifest.ParseVersion(args[1])
	if err != nil {
		return hashes.Digest{}, false, err
	}
	r, err := from.Resolve(cmd.Context(), args[0], v)
	return r.ID, true, err
}

// list prints a name's versions, a line for each.
func list(ctx context.Context, to io.Writer, from registry.Reader, name string) error {
	all, err := from.Versions(ctx, name)
	if errors.Is(err, registry.ErrNotFound) {
		return fmt.Errorf("%w; hint: ve-model fetch REGISTRY lists what is there", err)
	}
	for _, r := range all {
		if _, err := fmt.Fprintf(to, "%s\t%s\t%s\n", r.Name, r.Version, r.ID); err != nil {
			return err
		}
	}
	return err
}
