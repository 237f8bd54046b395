package exec

import (
	"errors"
	"fmt"
	"strings"
)

// maxDepth bounds patterns within patterns.
const maxDepth = 32

var errTooDeep = errors.New("patterns are nested too deep")

// node is a compiled Pattern. It does not change.
type node interface {
	// match returns every position where a match that begins at one of from ends, in order and each once.
	match(m *matching, from []int) []int
	// first returns the slots that may take the first argument, and whether there may be none.
	first() (slots []*slot, empty bool)
}

type (
	seqNode    []node
	eitherNode []node
	repeatNode struct {
		min, max int
		of       node
	}
	optionsNode []optionNode
	optionNode  struct {
		name   *slot // NAME, or NAME=VALUE
		spells string
		value  *slot // an argument of its own; nil: none
	}
)

// compile compiles a pattern within a pattern.
func compile(p Pattern, depth int) (node, error) {
	if p == nil {
		return nil, errors.New("no pattern is given; hint: Seq{} is no argument")
	}
	if depth++; depth > maxDepth { // a slice may hold itself
		return nil, errTooDeep
	}
	return p.compile(depth)
}

func compileAll(patterns []Pattern, depth int) ([]node, error) {
	nodes := make([]node, len(patterns))
	for i, p := range patterns {
		var err error
		if nodes[i], err = compile(p, depth); err != nil {
			return nil, fmt.Errorf("pattern %d: %w", i+1, err)
		}
	}
	return nodes, nil
}

func (s Seq) compile(depth int) (node, error) {
	nodes, err := compileAll(s, depth)
	return seqNode(nodes), err
}

func (e Either) compile(depth int) (node, error) {
	if len(e) == 0 {
		return nil, errors.New("no pattern to choose from")
	}
	nodes, err := compileAll(e, depth)
	return eitherNode(nodes), err
}

func (r Repeat) compile(depth int) (node, error) {
	if r.Min < 0 || r.Max < 1 || r.Max < r.Min || r.Max > MaxArguments {
		return nil, fmt.Errorf("repeat from %d to %d; hint: up to a number from 1 to %d", r.Min, r.Max, MaxArguments)
	}
	of, err := compile(r.Of, depth)
	if err != nil {
		return nil, err
	}
	if _, empty := of.first(); empty || repeats(of) {
		return nil, errors.New("a repeat of what repeats or may be empty")
	}
	return repeatNode{min: r.Min, max: r.Max, of: of}, nil
}

// repeats says whether a repeat is within n. Nested ones would cost a hostile caller little and us much.
func repeats(n node) bool {
	var within []node
	switch n := n.(type) {
	case repeatNode:
		return true
	case seqNode:
		within = n
	case eitherNode:
		within = n
	}
	for _, inner := range within {
		if repeats(inner) {
			return true
		}
	}
	return false
}

func (o Options) compile(depth int) (node, error) {
	nodes := make(optionsNode, len(o))
	for i, option := range o {
		if rule := unfit(option.Name); rule != "" || len(option.Name) < 2 || option.Name[0] != '-' || option.Name == "--" ||
			strings.Contains(strings.TrimSuffix(option.Name, "="), "=") {
			return nil, fmt.Errorf("option %q: a name begins with a dash and holds = at its end only; hint: Word(\"--\") ends options", cut(option.Name))
		}
		for _, other := range o[:i] {
			if strings.TrimSuffix(other.Name, "=") == strings.TrimSuffix(option.Name, "=") {
				return nil, fmt.Errorf("option %s comes twice", option.Name)
			}
		}
		var err error
		if nodes[i], err = option.compile(depth); err != nil {
			return nil, fmt.Errorf("option %s: %w", option.Name, err)
		}
	}
	return nodes, nil
}

func (o Option) compile(depth int) (optionNode, error) {
	n := optionNode{spells: o.Name}
	joined := strings.HasSuffix(o.Name, "=")
	var err error
	if joined {
		n.name, err = compileSlot(Prefixed{Prefix: o.Name, Value: o.Value}, depth)
		return n, err
	}
	if n.name, err = compileSlot(Word(o.Name), depth); err == nil && o.Value != nil {
		n.value, err = compileSlot(o.Value, depth)
	}
	return n, err
}

func (s *slot) first() ([]*slot, bool) { return []*slot{s}, false }

func (n seqNode) first() ([]*slot, bool) {
	var slots []*slot
	for _, inner := range n {
		more, empty := inner.first()
		slots = append(slots, more...)
		if !empty {
			return slots, false
		}
	}
	return slots, true
}

func (n eitherNode) first() ([]*slot, bool) {
	var slots []*slot
	mayBeEmpty := false
	for _, inner := range n {
		more, empty := inner.first()
		slots = append(slots, more...)
		mayBeEmpty = mayBeEmpty || empty
	}
	return slots, mayBeEmpty
}

func (n repeatNode) first() ([]*slot, bool) {
	slots, _ := n.of.first()
	return slots, n.min == 0
}

func (n optionsNode) first() ([]*slot, bool) {
	var slots []*slot
	for _, option := range n {
		slots = append(slots, option.name)
	}
	return slots, true
}
