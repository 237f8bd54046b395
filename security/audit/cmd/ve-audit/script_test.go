package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/audit"
	"github.com/virtengine/virtengine/security/paths"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"ve-audit": func() { os.Exit(run()) },
		"append":   func() { os.Exit(appendRecords()) },
	})
}

// appendRecords is the program append DIR N [KEYFILE]: a writer with a clock of its own.
func appendRecords() int {
	err := appendTo(os.Args[1], os.Args[2], append(os.Args[3:], "")[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func appendTo(dir, count, keyFile string) error {
	name, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	key, err := (&source{keyFile: keyFile}).key(context.Background())
	if err != nil {
		return err
	}
	d, err := paths.MakeDir(name)
	if err != nil {
		return err
	}
	at := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	now := func() time.Time { at = at.Add(time.Second); return at }
	l, err := audit.Open(d, audit.Options{Now: now, Key: key, SegmentBytes: audit.MinSegment})
	if err != nil {
		return err
	}
	for i := range n {
		e := audit.Event{Actor: "ops/anna", Action: "key.rotate", Object: fmt.Sprintf("key/%d", i), Outcome: "ok", Fields: map[string]string{"note": "two words"}}
		if i%2 == 1 {
			e = audit.Event{Actor: "ops/ben", Action: "lease.close", Object: "=cmd|' /C calc'!A0\x1b[2J", Outcome: "denied"}
		}
		if _, err := l.Append(e); err != nil {
			return err
		}
	}
	return errors.Join(l.Close(), d.Close())
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status, "flip": flip, "cut": cut},
	})
}

// status CODE PROGRAM ARGS... wants that exit status.
func status(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit status %d, want %s", code, args[0])
	}
}

// flip FILE OFFSET changes one bit of one byte.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	change(ts, args, func(data []byte, n int) []byte { data[n] ^= 1; return data })
}

// cut FILE N takes the last N bytes away.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	change(ts, args, func(data []byte, n int) []byte { return data[:len(data)-n] })
}

func change(ts *testscript.TestScript, args []string, by func(data []byte, n int) []byte) {
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(name, by(data, n), 0o600))
}

func TestSince(t *testing.T) {
	now := time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		reason, text string
		want         time.Time
		ok           bool
	}{
		"None":     {"all records", "", time.Time{}, true},
		"Ago":      {"a length of time", "90m", now.Add(-90 * time.Minute), true},
		"Moment":   {"a moment", "2026-11-22T14:00:00Z", now.Add(-24 * time.Hour), true},
		"Zone":     {"in another zone", "2026-11-22T15:00:00+01:00", now.Add(-24 * time.Hour), true},
		"Future":   {"a negative length is a slip", "-1h", time.Time{}, false},
		"DateOnly": {"a day has no zone", "2026-11-22", time.Time{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseSince(tc.text, now)
			require.Equal(t, tc.ok, err == nil, tc.reason)
			if tc.ok {
				require.True(t, tc.want.Equal(got), tc.reason)
			}
		})
	}
}
