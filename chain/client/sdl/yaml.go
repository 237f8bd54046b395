package sdl

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"
)

// Limits of a file. Aliases count as what they stand for, so that a few lines cannot stand for billions.
const (
	MaxBytes = 1 << 20
	maxNodes = 50_000
	maxDepth = 32
)

// load reads one YAML document and replaces its aliases by what they stand for. Fails with ErrInvalid, or with the
// reader's own error.
func load(r io.Reader) (*yaml.Node, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxBytes {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrInvalid, MaxBytes)
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: it is empty", ErrInvalid)
	} else if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		return nil, fmt.Errorf("%w: a second document begins at line %d, one is expected", ErrInvalid, second.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	e := expansion{left: maxNodes}
	root, err := e.expand(doc.Content[0], 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return root, nil
}

// expansion copies a document without aliases, within a budget of nodes.
type expansion struct {
	left int
}

func (e *expansion) expand(n *yaml.Node, depth int) (*yaml.Node, error) {
	if depth > maxDepth {
		// An alias inside of what it stands for ends here as well.
		return nil, fmt.Errorf("line %d: nested deeper than %d levels", n.Line, maxDepth)
	}
	if e.left--; e.left < 0 {
		return nil, fmt.Errorf("line %d: more than %d values, aliases counted as what they stand for", n.Line, maxNodes)
	}
	if n.Kind == yaml.AliasNode {
		return e.expand(n.Alias, depth+1)
	}
	out := *n
	out.Content = nil
	for _, c := range n.Content {
		child, err := e.expand(c, depth+1)
		if err != nil {
			return nil, err
		}
		out.Content = append(out.Content, child)
	}
	return &out, nil
}
