package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/registry"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/paths"
)

// refused says whether an error means that a pack, or what should become one, is not what it has to be.
func refused(err error) bool {
	return slices.ContainsFunc([]error{pack.ErrFormat, pack.ErrFiles, pack.ErrDigest, pack.ErrLimit, pack.ErrOther, pack.ErrModel, pack.ErrOutdated,
		pack.ErrSpec, manifest.ErrInvalid, manifest.ErrID, signature.ErrTooFew, signature.ErrEnvelope, signature.ErrBundle, registry.ErrTaken},
		func(kind error) bool { return errors.Is(err, kind) })
}

// policy is the flags that say which packs are taken.
type policy struct {
	trust, name, notBefore, running string
	threshold                       int
	rollback                        bool
}

func (f *policy) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.trust, "trust", "", "file of the public keys that are trusted, in PEM, one behind the other")
	c.Flags().IntVar(&f.threshold, "threshold", 1, "how many of them must have signed")
	c.Flags().StringVar(&f.name, "name", "", "name that the pack must have")
	c.Flags().StringVar(&f.notBefore, "not-before-version", "0.0.0", "oldest version that is taken")
	c.Flags().StringVar(&f.running, "running", "", "pack that runs now: an older one is refused")
	c.Flags().BoolVar(&f.rollback, "rollback", false, "go back to the pack that the running one names as previous")
}

// read turns flags into rules. The running pack is held against the same keys.
func (f *policy) read() (pack.Policy, error) {
	if f.trust == "" {
		return pack.Policy{}, fmt.Errorf("%w: no keys; hint: --trust FILE, made by openssl pkey -in KEY.pem -pubout", signature.ErrTrust)
	}
	full, err := filepath.Abs(f.trust)
	if err != nil {
		return pack.Policy{}, err
	}
	raw, err := paths.ReadFile(full, 1<<20)
	if err != nil {
		return pack.Policy{}, err
	}
	keys, err := signature.ParsePublicKeys(raw)
	if err != nil {
		return pack.Policy{}, fmt.Errorf("%s: %w", f.trust, err)
	}
	rules := pack.Policy{Name: f.name, Rollback: f.rollback}
	if rules.Trust, err = signature.NewTrust(keys, f.threshold); err != nil {
		return pack.Policy{}, err
	}
	if rules.NotBefore, err = manifest.ParseVersion(f.notBefore); err != nil {
		return pack.Policy{}, fmt.Errorf("--not-before-version: %w", err)
	}
	if f.running == "" {
		return rules, nil
	}
	running, _, err := readPack(f.running)
	if err != nil {
		return pack.Policy{}, err
	}
	if _, err := rules.Trust.Check(running.Envelope()); err != nil {
		return pack.Policy{}, fmt.Errorf("%s: %w", f.running, err)
	}
	m := running.Manifest()
	rules.Running = &m
	return rules, nil
}

// verified is what verify prints.
type verified struct {
	Name    string   `json:"name"`
	Version string   `json:"version"`
	ID      string   `json:"id"`
	Signed  []string `json:"signed"`
	Triples int      `json:"conformance_triples"`
}

// check verifies a pack and prints what was found, as a line of JSON.
func (f *policy) check(cmd *cobra.Command, p *pack.Pack) error {
	rules, err := f.read()
	if err != nil {
		return err
	}
	report, err := pack.Verify(cmd.Context(), p, rules, execute.Engine{}, progress(cmd))
	if err != nil {
		return fmt.Errorf("%s %s: %w", p.Manifest().Name, p.Manifest().Version, err)
	}
	line := verified{Name: p.Manifest().Name, Version: p.Manifest().Version.String(), ID: report.ID.String(), Triples: report.Triples}
	for _, id := range report.Signed {
		line.Signed = append(line.Signed, id.String())
	}
	return json.NewEncoder(cmd.OutOrStdout()).Encode(line)
}

func verifyCommand() *cobra.Command {
	var rules policy
	c := &cobra.Command{
		Use: "verify PACK --trust KEYS.pem", Args: cobra.ExactArgs(1),
		Short: "Says whether a model pack may be used on this machine",
		Long: `Says whether a model pack may be used on this machine: its files are those of its manifest, enough trusted keys
signed it, it is not older than allowed, its models are what it says, and every conformance triple comes out with the same
bits. Prints a line of JSON.`,
		Example: "  ve-model verify scorer.vepack --trust trusted.pem --threshold 2 --not-before-version 1.4.0",
		RunE: func(cmd *cobra.Command, args []string) error {
			p, _, err := readPack(args[0])
			if err != nil {
				return err
			}
			return rules.check(cmd, p)
		},
	}
	rules.flags(c)
	return c
}

// described is what inspect prints of a pack.
type describedPack struct {
	Manifest   manifest.Manifest `json:"manifest"`
	Signatures []string          `json:"signatures"` // ids of the keys that they claim; unchecked
}

// inspectAnyCommand is inspect for models and packs.
func inspectAnyCommand() *cobra.Command {
	c := inspectCommand()
	ofModel := c.RunE
	c.Use = "inspect MODEL.onnx|PACK"
	c.Short = "Shows what a model or a model pack is, as JSON"
	c.Long = `Shows what a model is, and what of it is not supported; of an integer program its steps, with scales, the largest that each
accumulator can become, and digests; or the manifest of a model pack (a folder, or a file *.vepack) whose files are what it
says. Signatures are listed and not checked: verify does.`
	c.RunE = func(cmd *cobra.Command, args []string) error {
		full, err := filepath.Abs(args[0])
		if err != nil {
			return err
		}
		if filepath.Ext(full) != ".vepack" && !isFolder(full) {
			return ofModel(cmd, args)
		}
		p, _, err := readPack(args[0])
		if err != nil {
			return err
		}
		d := describedPack{Manifest: p.Manifest(), Signatures: []string{}}
		for _, s := range p.Envelope().Signatures {
			d.Signatures = append(d.Signatures, s.Key.String())
		}
		out := json.NewEncoder(cmd.OutOrStdout())
		out.SetIndent("", "  ")
		return out.Encode(d)
	}
	return c
}

// isFolder says whether a path is a folder that can be opened.
func isFolder(full string) bool {
	dir, err := paths.OpenDir(full, paths.OthersMayWrite)
	return err == nil && dir.Close() == nil
}
