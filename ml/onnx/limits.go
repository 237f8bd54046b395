package onnx

import "fmt"

// Limits bound a file before anything is allocated for it. A zero is the default of that name.
type Limits struct {
	Bytes      int   // of the file
	Nodes      int   // of all graphs together
	Rank       int   // of every tensor
	Elements   int64 // of one tensor, declared or present
	Values     int   // names: inputs, outputs, declared values, initializers
	Attributes int   // of one node
	Depth      int   // of subgraphs in attributes; below zero: none
	Name       int   // bytes of a name
}

// DefaultLimits are for files of strangers.
func DefaultLimits() Limits {
	return Limits{Bytes: 64 << 20, Nodes: 20_000, Rank: 8, Elements: 1 << 28, Values: 200_000, Attributes: 100, Depth: 2, Name: 1 << 10}
}

func (l Limits) settled() Limits {
	d := DefaultLimits()
	for _, p := range []struct{ into, zero *int }{
		{&l.Bytes, &d.Bytes}, {&l.Nodes, &d.Nodes}, {&l.Rank, &d.Rank}, {&l.Values, &d.Values}, {&l.Attributes, &d.Attributes}, {&l.Depth, &d.Depth}, {&l.Name, &d.Name},
	} {
		if *p.into == 0 {
			*p.into = *p.zero
		}
	}
	if l.Elements == 0 {
		l.Elements = d.Elements
	}
	return l
}

func over[T int | int64](what string, have, limit T) error {
	return fmt.Errorf("%w: %s: %d, at most %d are read", ErrLimit, what, have, limit)
}
