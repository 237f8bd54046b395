package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/security/audit"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
)

func show() *cobra.Command {
	var from source
	var only filter
	since, asJSON := "", false
	cmd := &cobra.Command{
		Use:   "show DIR",
		Short: "Print records",
		Long: `show prints records, oldest first, and checks each before it prints it. When it
meets a broken one it stops and says where.

Values with spaces or other than printable characters are printed in quotes.
--json prints the records as they stand in the log, one in each line.`,
		Example: `  ve-audit show /var/lib/virtengine/audit --since 24h
  ve-audit show /var/lib/virtengine/audit --since 2026-11-23T00:00:00Z --actor ops/anna
  ve-audit show /var/lib/virtengine/audit --action 'key.*' --json | jq .object`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if only.since, err = parseSince(since, time.Now()); err != nil {
				return err
			}
			return from.with(cmd, args[0], func(d *paths.Dir, key secret.Bytes) error {
				w := bufio.NewWriter(cmd.OutOrStdout())
				err := print(w, d, key, only, asJSON)
				return errors.Join(err, w.Flush())
			})
		},
	}
	from.declare(cmd)
	cmd.Flags().StringVar(&since, "since", "", "only records from this time on: RFC 3339, or how long ago, as in 90m or 24h")
	cmd.Flags().StringVar(&only.actor, "actor", "", "only of this actor; with * at its end, of those who begin so")
	cmd.Flags().StringVar(&only.action, "action", "", "only this action; with * at its end, those that begin so")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON Lines")
	return cmd
}

// parseSince is the zero time for "".
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("--since %q is no time; hint: 2026-11-23T14:00:00Z, or 24h for the last day", text)
	}
	return at, nil
}

// filter says which records to print; what is empty lets all through.
type filter struct {
	since         time.Time
	actor, action string
}

func (f filter) passes(r audit.Record) bool {
	return !r.Time.Before(f.since) && matches(f.actor, r.Actor) && matches(f.action, r.Action)
}

func matches(pattern, text string) bool {
	if start, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(text, start)
	}
	return pattern == "" || pattern == text
}

func print(w io.Writer, d *paths.Dir, key secret.Bytes, only filter, asJSON bool) error {
	for r, err := range audit.Records(d, audit.Range{Key: key}) {
		if err != nil {
			return err
		}
		if !only.passes(r) {
			continue
		}
		line := []byte(plain(r))
		if asJSON {
			if line, err = r.MarshalJSON(); err != nil {
				return err
			}
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// plain is a record as people read it.
func plain(r audit.Record) string {
	parts := []string{strconv.FormatUint(r.Seq, 10), r.Time.Format(time.RFC3339Nano), quoted(r.Actor), quoted(r.Action), quoted(r.Object), quoted(r.Outcome)}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		parts = append(parts, name+"="+quoted(r.Fields[name]))
	}
	return strings.Join(parts, "  ")
}

// quoted puts text into quotes that is empty, has spaces or quotes, or could steer a terminal.
func quoted(s string) string {
	odd := func(c rune) bool {
		return unicode.IsSpace(c) || !unicode.IsPrint(c) || c == '"' || c == unicode.ReplacementChar
	}
	if s == "" || strings.ContainsFunc(s, odd) {
		return strconv.Quote(s)
	}
	return s
}
