package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/security/audit"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

func verify() *cobra.Command {
	var from source
	head := ""
	cmd := &cobra.Command{
		Use:   "verify DIR",
		Short: "Check every record of a log",
		Long: `verify reads a whole log and checks every record: its form, its number, its hash,
and that it follows the one before. It says where the first fault is: segment,
byte in it, and number of the record.

The last line is the head: number and hash of the last record. Keep it elsewhere.
With --head, the log must also hold that record; it may have grown since.
Without --head an end that was cut off is not found.`,
		Example: `  ve-audit verify /var/lib/virtengine/audit
  ve-audit verify /var/lib/virtengine/audit --head 42:sha256:5f1c... --key-file /run/keys/audit`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			expect := audit.Expect{}
			if cmd.Flags().Changed("head") {
				var err error
				if expect.Head, err = audit.ParseHead(head); err != nil {
					return fmt.Errorf("--head: %w", err)
				}
			}
			return from.with(cmd, args[0], func(d *paths.Dir, key secret.Bytes) error {
				expect.Key = key
				report, err := audit.Verify(d, expect)
				if err != nil {
					return err
				}
				return printReport(cmd.OutOrStdout(), report, expect)
			})
		},
	}
	from.declare(cmd)
	cmd.Flags().StringVar(&head, "head", "", "SEQ:HASH that an earlier check printed: the log must hold it")
	return cmd
}

func printReport(w io.Writer, r audit.Report, expect audit.Expect) error {
	span := ""
	if r.Head.Seq > 0 {
		span = fmt.Sprintf(", from %s to %s", r.First.Format(time.RFC3339), r.Last.Format(time.RFC3339))
	}
	kind := "keyed"
	if !r.Keyed {
		kind = "unkeyed"
	}
	if _, err := fmt.Fprintf(w, "ok: %d records, %d bytes, %d segments, %s%s\n", r.Head.Seq, r.Bytes, r.Segments, kind, span); err != nil {
		return err
	}
	if expect.Head.IsZero() {
		if _, err := fmt.Fprintln(w, "not checked: whether the end was cut off; hint: --head with a head that was kept elsewhere"); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "head: %s\n", r.Head)
	return err
}
