package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/security/audit"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

func export() *cobra.Command {
	var from source
	var which audit.Range
	out, format := "", string(audit.JSONLines)
	cmd := &cobra.Command{
		Use:   "export DIR --out FILE",
		Short: "Write checked records into a file",
		Long: `export checks records and writes them into a file of mode 0600. The file is written
whole or not at all: when a record is broken, there is no file.

  jsonl  the records as they stand in the log, with their hashes
  csv    with a heading, for spreadsheets; a cell that would be taken for a
         formula begins with an apostrophe, and one with characters that cannot
         be printed is written as a string of JSON`,
		Example: `  ve-audit export /var/lib/virtengine/audit --out audit.jsonl
  ve-audit export /var/lib/virtengine/audit --out audit.csv --format csv --from 1000 --to 1999`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return from.with(cmd, args[0], func(d *paths.Dir, key secret.Bytes) error {
				which.Key = key
				n, err := exportTo(out, d, which, audit.Format(format))
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "exported %d records to %s\n", n, out)
				return err
			})
		},
	}
	from.declare(cmd)
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "file to write; replaced if it is there")
	flags.StringVar(&format, "format", format, "jsonl or csv")
	flags.Uint64Var(&which.From, "from", 0, "first record's number (default the first there is)")
	flags.Uint64Var(&which.To, "to", 0, "last record's number (default the last there is)")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // a flag that was declared some lines above
	}
	return cmd
}

func exportTo(out string, d *paths.Dir, which audit.Range, format audit.Format) (uint64, error) {
	name, err := filepath.Abs(out)
	if err != nil {
		return 0, err
	}
	parent, err := paths.OpenDir(filepath.Dir(name))
	if err != nil {
		return 0, fmt.Errorf("--out: %w", err)
	}
	n, err := pipeTo(parent, filepath.Base(name), d, which, format)
	return n, errors.Join(err, parent.Close())
}

// pipeTo lets the writer of the file read what is exported, so that neither is ever whole in memory.
func pipeTo(parent *paths.Dir, name string, d *paths.Dir, which audit.Range, format audit.Format) (uint64, error) {
	r, w := io.Pipe()
	count := make(chan uint64, 1)
	go func() {
		buffered := bufio.NewWriterSize(w, 1<<16)
		n, err := audit.Export(buffered, d, which, format)
		if err == nil {
			err = buffered.Flush()
		}
		count <- n
		_ = w.CloseWithError(err) // it never fails; nil is the end of the file
	}()
	err := parent.WriteFrom(name, r, math.MaxInt64, paths.Private)
	_ = r.CloseWithError(io.ErrClosedPipe) // it never fails; an export whose file failed ends
	return <-count, err
}
