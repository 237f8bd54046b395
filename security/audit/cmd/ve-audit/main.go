// Command ve-audit checks, shows and exports the log that package audit writes.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/security/audit"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

func main() { os.Exit(run()) }

// What the command answers to a shell.
const (
	exitOK         = 0
	exitBroken     = 1
	exitUnreadable = 2
)

func run() int {
	err := root().ExecuteContext(context.Background())
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(os.Stderr, "error:", err)
	if errors.Is(err, audit.ErrBroken) || errors.Is(err, audit.ErrTorn) || errors.Is(err, audit.ErrHead) {
		return exitBroken
	}
	return exitUnreadable
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ve-audit",
		Short: "Check, show and export an audit log",
		Long: `ve-audit reads the log of who did what to which secret, key or lease. It changes
nothing and needs no lock, so the log's writer may be running.

Each record names the hash of the one before it, so a record that was changed,
removed, inserted or moved is found. Two things the log cannot show by itself:

  The end was cut off, or an older copy was put back. Keep the head that
  "ve-audit verify" prints where the machine's users cannot write, and give it
  to the next check with --head.

  Everything was written anew. Without a key anybody can compute the hashes.
  Use --head, or write the log with a key and check it with --key-file.

Exit status: 0 all is well, 1 the log is broken or lacks the head, 2 it could
not be read or the command is wrong.`,
		Example: `  ve-audit verify /var/lib/virtengine/audit
  ve-audit verify /var/lib/virtengine/audit --head 42:sha256:5f1c...
  ve-audit show /var/lib/virtengine/audit --since 24h --action 'key.*'
  ve-audit export /var/lib/virtengine/audit --format csv --out audit.csv`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	cmd.AddCommand(verify(), show(), export())
	return cmd
}

// source is what all commands are told about a log.
type source struct{ keyFile string }

func (s *source) declare(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.keyFile, "key-file", "", "file with the key of a keyed log, byte by byte as the writer has it; mode 0600 or less")
}

// key is zero when none was named.
func (s *source) key(ctx context.Context) (secret.Bytes, error) {
	if s.keyFile == "" {
		return secret.Bytes{}, nil
	}
	name, err := filepath.Abs(s.keyFile)
	if err != nil {
		return secret.Bytes{}, err
	}
	return secret.Files().Fetch(ctx, name)
}

// with opens the log's directory and its key for act. Reading trusts nobody: whoever may write there, the hashes tell.
func (s *source) with(cmd *cobra.Command, dir string, act func(*paths.Dir, secret.Bytes) error) error {
	key, err := s.key(cmd.Context())
	if err != nil {
		return fmt.Errorf("--key-file: %w", err)
	}
	defer key.Wipe()
	name, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	d, err := paths.OpenDir(name, paths.OthersMayWrite)
	if err != nil {
		return err
	}
	return errors.Join(act(d, key), d.Close())
}
