package onnx

import (
	"fmt"
	"strings"
)

// place is where in a file a reader stands. Its text is made for errors only: a text for each node of a hostile file would
// take more memory than the file.
type place struct {
	up    *place
	field string
	index int    // of a repeated field; -1: the field is not repeated
	key   string // of an attribute: its name
}

func (p *place) at(field string) *place         { return &place{up: p, field: field, index: -1} }
func (p *place) nth(field string, i int) *place { return &place{up: p, field: field, index: i} }
func (p *place) named(field, key string) *place {
	return &place{up: p, field: field, index: -1, key: key}
}

// String is the path from the model down: graph.node[3].attribute["pads"].
func (p *place) String() string {
	var parts []string
	for ; p != nil; p = p.up {
		switch {
		case p.index >= 0:
			parts = append(parts, fmt.Sprintf("%s[%d]", p.field, p.index))
		case p.key != "":
			parts = append(parts, fmt.Sprintf("%s[%s]", p.field, quoted(p.key)))
		default:
			parts = append(parts, p.field)
		}
	}
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString(parts[i])
		if i > 0 {
			b.WriteByte('.')
		}
	}
	return b.String()
}

// quoted shows a stranger's text: escaped, and no longer than a line.
func quoted(s string) string {
	const most = 60
	if len(s) > most {
		return fmt.Sprintf("%q…", s[:most])
	}
	return fmt.Sprintf("%q", s)
}

func (p *place) malformed(format string, args ...any) error {
	return p.fault(ErrMalformed, format, args)
}

func (p *place) unsupported(format string, args ...any) error {
	return p.fault(ErrUnsupported, format, args)
}

func (p *place) fault(kind error, format string, args []any) error {
	return fmt.Errorf("%w: %s: %s", kind, p, fmt.Sprintf(format, args...))
}

func (p *place) over(limit string, have, most int) error {
	return &LimitError{Place: p.String(), Limit: limit, Have: int64(have), Max: int64(most)}
}
