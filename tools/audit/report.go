package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/virtengine/virtengine/tools/audit/finding"
)

// write prints the report, for people or in JSON.
func write(out io.Writer, report []finding.Result, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Findings int              `json:"findings"` // without notes
			Audits   []finding.Result `json:"audits"`
		}{faults(report), report})
	}
	for _, r := range report {
		if _, err := io.WriteString(out, text(r)); err != nil {
			return err
		}
	}
	return nil
}

func faults(report []finding.Result) int {
	n := 0
	for _, r := range report {
		n += r.Faults()
	}
	return n
}

func text(r finding.Result) string {
	var b strings.Builder
	switch n := r.Faults(); {
	case r.Failed != "":
		fmt.Fprintf(&b, "%s: could not be done: %s\n", r.Audit, r.Failed)
	case r.Skipped != "":
		fmt.Fprintf(&b, "%s: %s\n", r.Audit, r.Skipped)
	case n == 0:
		fmt.Fprintf(&b, "%s: clean: %s\n", r.Audit, r.Examined)
	default:
		fmt.Fprintf(&b, "%s: %d found: %s\n", r.Audit, n, r.Examined)
	}
	for _, f := range r.Findings {
		note := ""
		if f.Note {
			note = "note: "
		}
		fmt.Fprintf(&b, "  %s%s: %s\n", note, f.Where, f.What)
		for i, step := range f.Trace {
			fmt.Fprintf(&b, "    %s%s\n", strings.Repeat(" ", i), step)
		}
		if f.Hint != "" && !f.Note {
			fmt.Fprintf(&b, "    hint: %s\n", f.Hint)
		}
	}
	return b.String()
}
