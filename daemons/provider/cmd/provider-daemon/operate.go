package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	provider "github.com/virtengine/virtengine/daemons/provider"
	"github.com/virtengine/virtengine/daemons/provider/admin"
	"github.com/virtengine/virtengine/daemons/provider/bid"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/meter"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
)

// client reaches the daemon of the state folder.
func (a *app) client() (*admin.Client, error) {
	home, err := filepath.Abs(a.home)
	if err != nil {
		return nil, err
	}
	return admin.NewClient(home)
}

// asking is a command that asks the running daemon for a T and shows it.
func asking[T any](a *app, use, short string, args cobra.PositionalArgs, path func(args []string) (string, url.Values), show func(w io.Writer, v T) error) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		p, q := path(args)
		var v T
		if err := c.Get(cmd.Context(), p, q, &v); err != nil {
			return err
		}
		if asJSON || show == nil {
			return printJSON(cmd.OutOrStdout(), v)
		}
		return show(cmd.OutOrStdout(), v)
	}}
	if show != nil {
		cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	}
	return cmd
}

// changing is a command that has the running daemon change something.
func changing(a *app, use, short string, args cobra.PositionalArgs, path func(args []string) (string, url.Values), say string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		p, q := path(args)
		if err := c.Post(cmd.Context(), p, q, &struct{}{}); err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), say)
		return err
	}}
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// table prints rows under a heading.
func table(w io.Writer, heading string, rows [][]any) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	if _, err := fmt.Fprintln(t, heading); err != nil {
		return err
	}
	for _, r := range rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = fmt.Sprint(c)
		}
		if _, err := fmt.Fprintln(t, strings.Join(cells, "\t")); err != nil {
			return err
		}
	}
	return t.Flush()
}

func fixed(path string) func([]string) (string, url.Values) {
	return func([]string) (string, url.Values) { return path, nil }
}

func withID(path string) func([]string) (string, url.Values) {
	return func(args []string) (string, url.Values) { return path, url.Values{"id": args[:1]} }
}

func (a *app) status() *cobra.Command {
	return asking(a, "status", "Say how the running daemon does", cobra.NoArgs, fixed("/v1/status"), func(w io.Writer, s provider.Status) error {
		states := make([]string, 0, len(s.Leases))
		for state, n := range s.Leases {
			states = append(states, fmt.Sprintf("%d %s", n, state))
		}
		sort.Strings(states)
		ready := "yes"
		if len(s.NotReady) > 0 {
			ready = "no: " + strings.Join(s.NotReady, "; ")
		}
		return table(w, "provider\t"+s.Provider, [][]any{
			{"chain", s.ChainID}, {"height", s.Chain.Height}, {"ready", ready}, {"up", s.Uptime}, {"open bids", s.Bids},
			{"leases", strings.Join(states, ", ")}, {"queue", fmt.Sprintf("%d, the oldest due for %s", s.Queue, s.Waiting)}, {"dead letters", s.Dead},
		})
	})
}

func (a *app) queue() *cobra.Command {
	cmd := &cobra.Command{Use: "queue", Short: "Look at what is still to be done, and at what was given up"}
	var status, lane string
	ls := asking(a, "ls", "List operations that are not done", cobra.NoArgs,
		func([]string) (string, url.Values) {
			return "/v1/queue", url.Values{"status": {status}, "lane": {lane}}
		},
		func(w io.Writer, ops []outbox.Op) error {
			rows := make([][]any, len(ops))
			for i, op := range ops {
				rows[i] = []any{op.ID, op.Lane, op.Status, op.Attempts, op.Due.Format(time.RFC3339), op.Error}
			}
			return table(w, "ID\tLANE\tSTATUS\tATTEMPTS\tDUE\tERROR", rows)
		})
	ls.Flags().StringVar(&status, "status", "", "only pending, executing, done, dead or cancelled")
	ls.Flags().StringVar(&lane, "lane", "", "only this lane, for example lease/42")
	before, dead := time.Duration(0), false
	purge := changing(a, "purge", "Forget finished operations", cobra.NoArgs, func([]string) (string, url.Values) {
		return "/v1/queue/purge", url.Values{"before": {time.Now().Add(-before).UTC().Format(time.RFC3339)}, "dead": {fmt.Sprint(dead)}}
	}, "purged")
	purge.Flags().DurationVar(&before, "older-than", 30*24*time.Hour, "that ended longer ago")
	purge.Flags().BoolVar(&dead, "dead", false, "dead letters too")
	cmd.AddCommand(ls, purge,
		asking[outbox.Op](a, "show ID", "Show one operation", cobra.ExactArgs(1), withID("/v1/op"), nil),
		changing(a, "retry ID", "Try a dead letter again", cobra.ExactArgs(1), withID("/v1/op/retry"), "queued again"),
		changing(a, "cancel ID", "Give up an operation for good", cobra.ExactArgs(1), withID("/v1/op/cancel"), "cancelled"),
	)
	return cmd
}

func (a *app) lease() *cobra.Command {
	cmd := &cobra.Command{Use: "lease", Short: "Look at leases"}
	cmd.AddCommand(
		asking(a, "ls", "List leases", cobra.NoArgs, fixed("/v1/leases"), func(w io.Writer, all []lease.Record) error {
			rows := make([][]any, len(all))
			for i, r := range all {
				rows[i] = []any{r.ID, r.State, r.Since.Format(time.RFC3339), r.Generation, r.Owner}
			}
			return table(w, "LEASE\tSTATE\tSINCE\tGENERATION\tTENANT", rows)
		}),
		asking[lease.Status](a, "show LEASE", "Show one lease", cobra.ExactArgs(1), func(args []string) (string, url.Values) { return "/v1/leases/" + url.PathEscape(args[0]), nil }, nil),
	)
	return cmd
}

func (a *app) usage() *cobra.Command {
	cmd := &cobra.Command{Use: "usage", Short: "Look at usage records"}
	one := ""
	ls := asking(a, "ls", "List usage records", cobra.NoArgs, func([]string) (string, url.Values) { return "/v1/usage", url.Values{"lease": {one}} },
		func(w io.Writer, all []meter.Entry) error {
			rows := make([][]any, len(all))
			for i, r := range all {
				var used []string
				for _, q := range r.Used {
					used = append(used, fmt.Sprintf("%s %s", q.Amount, q.Component))
				}
				rows[i] = []any{r.Lease, r.Sequence, r.Start.Format(time.RFC3339), r.End.Format(time.RFC3339), r.Accepted, strings.Join(used, ", ")}
			}
			return table(w, "LEASE\tRECORD\tFROM\tTO\tACCEPTED\tUSED", rows)
		})
	ls.Flags().StringVar(&one, "lease", "", "only of this lease")
	cmd.AddCommand(ls)
	return cmd
}

func (a *app) bid() *cobra.Command {
	cmd := &cobra.Command{Use: "bid", Short: "Look at bids"}
	cmd.AddCommand(asking(a, "explain ORDER", "Say why there is a bid for an order, or is none", cobra.ExactArgs(1),
		func(args []string) (string, url.Values) {
			return "/v1/bids/" + url.PathEscape(args[0]) + "/explain", nil
		},
		func(w io.Writer, e bid.Explanation) error {
			rows := [][]any{}
			for _, s := range e.Steps {
				answer := "yes"
				if !s.OK {
					answer = "NO"
				}
				rows = append(rows, []any{s.Check, answer, s.Reason, s.Detail})
			}
			was := "it was not seen yet"
			if r := e.Record; r != nil {
				was = fmt.Sprintf("it is %s %s %s", r.State, r.Reason, r.Detail)
			}
			if _, err := fmt.Fprintf(w, "order %d: %s\n", e.Order, strings.TrimSpace(was)); err != nil {
				return err
			}
			if err := table(w, "CHECK NOW\tOK\tREASON\tFIGURES", rows); err != nil {
				return err
			}
			if e.Full == "" {
				return nil
			}
			_, err := fmt.Fprintf(w, "our price: %s uve per block at full use, %s of it rent\n", e.Full, e.Price.PerBlock)
			return err
		}))
	return cmd
}
