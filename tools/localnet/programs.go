package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/tools/gocommand"
)

// programs finds the binaries, or builds them from this module.
func (n *network) programs(ctx context.Context, o options) error {
	for _, p := range []struct {
		into        *string
		given, path string
	}{
		{&n.bin.virtengine, o.virtengine, module + "/chain/cmd/virtengine"},
		{&n.bin.daemon, o.daemon, module + "/daemons/provider/cmd/provider-daemon"},
		{&n.bin.workload, o.workload, module + "/examples/workload"},
	} {
		if p.given != "" {
			given, err := filepath.Abs(p.given)
			if err != nil {
				return err
			}
			*p.into = given
			continue
		}
		*p.into = filepath.Join(n.home, "bin", filepath.Base(p.path))
		n.say("build", "%s", p.path)
		if err := n.build(ctx, *p.into, p.path); err != nil {
			return err
		}
	}
	return nil
}

// build builds a package of this module with the go command of whoever started us.
func (n *network) build(ctx context.Context, into, pkg string) error {
	where, err := os.Getwd()
	if err != nil {
		return err
	}
	run, err := exec.NewRegistry(exec.Config{Dirs: gocommand.Dirs()}, gocommand.Program(
		exec.Seq{exec.Word("build"), exec.Options{{Name: "-trimpath"}, {Name: "-o", Value: exec.Path{Beneath: n.home}}}, exec.Match(module + `/[a-z/-]+`)},
		map[string]string{"CGO_ENABLED": "0"}))
	if err != nil {
		return fmt.Errorf("%w\nhint: name binaries that are built already, see --help", err)
	}
	if _, err := run.Run(ctx, exec.Command{Program: gocommand.Name, Args: []string{"build", "-trimpath", "-o", into, pkg}, Dir: where, Timeout: time.Hour}); err != nil {
		return fmt.Errorf("go build %s: %w", pkg, err)
	}
	return nil
}
