package audit

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"github.com/virtengine/virtengine/security/paths"
)

// Format is how records are exported.
type Format string

// The formats of an export.
const (
	// JSONLines is the records' lines as they stand in the log, so that who has the key, or needs none, can check them.
	JSONLines Format = "jsonl"
	// CSV is RFC 4180 with a heading. A cell that a spreadsheet would take for a formula begins with an
	// apostrophe; one with characters that cannot be printed, as line ends, is written as a string of JSON.
	CSV Format = "csv"
)

// Export writes records to w and returns how many. Fails as Records does, with ErrFormat, or with the error of w; then what
// w got is not the whole.
func Export(w io.Writer, dir *paths.Dir, which Range, format Format) (uint64, error) {
	put, finish, err := exporter(w, format)
	if err != nil {
		return 0, err
	}
	n := uint64(0)
	for r, err := range Records(dir, which) {
		if err != nil {
			return n, err
		}
		if err := put(r); err != nil {
			return n, err
		}
		n++
	}
	return n, finish()
}

func exporter(w io.Writer, format Format) (put func(Record) error, finish func() error, err error) {
	switch format {
	case JSONLines:
		return func(r Record) error { return putLine(w, r) }, func() error { return nil }, nil
	case CSV:
		table := csv.NewWriter(w)
		flush := func() error { table.Flush(); return table.Error() }
		return func(r Record) error { return putRow(table, r) }, flush, table.Write(heading())
	}
	return nil, nil, fmt.Errorf("%w: no export format is called %q; hint: %s or %s", ErrFormat, format, JSONLines, CSV)
}

func putLine(w io.Writer, r Record) error {
	line, err := r.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

func heading() []string {
	return []string{"seq", "time", "actor", "action", "object", "outcome", "fields", "prev", "hash"}
}

func putRow(table *csv.Writer, r Record) error {
	fields, err := json.Marshal(r.Fields) // sorted by name
	if err != nil {
		return err
	}
	row := []string{
		strconv.FormatUint(r.Seq, 10), r.Time.Format(timeLayout),
		r.Actor, r.Action, r.Object, r.Outcome, string(fields), r.Prev.String(), r.Hash.String(),
	}
	for i, cell := range row {
		row[i] = harmless(cell)
	}
	return table.Write(row)
}

// harmless keeps spreadsheets from running a cell (CWE-1236), and terminals and line-wise tools from taking a part of it for
// something else.
func harmless(cell string) string {
	if strings.ContainsFunc(cell, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return string(appendString(nil, cell))
	}
	if cell != "" && strings.ContainsRune("=+-@|%", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
