package onnx

// Limits bound a file before anything is allocated for it. A zero is the default of that name.
type Limits struct {
	Bytes      int   // of the file
	Nodes      int   // of all graphs together
	Rank       int   // of every tensor
	Elements   int64 // of one tensor, declared or present, and of the product of its dimensions that are not zero
	Values     int   // names: inputs, outputs, declared values, operands, initializers
	Attributes int   // of one node; also opset imports
	Depth      int   // of subgraphs in attributes; below zero: none
	Name       int   // bytes of a name
	List       int   // strings of a tensor; numbers or strings of an attribute
	Metadata   int   // entries of metadata, and local functions
}

// DefaultLimits are for files of strangers.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 64 << 20, Nodes: 20_000, Rank: 8, Elements: 1 << 28, Values: 200_000, Attributes: 100, Depth: 2, Name: 1 << 10,
		List: 1 << 20, Metadata: 1_000,
	}
}

func (l Limits) settled() Limits {
	d := DefaultLimits()
	for _, p := range []struct{ into, zero *int }{
		{&l.Bytes, &d.Bytes}, {&l.Nodes, &d.Nodes}, {&l.Rank, &d.Rank}, {&l.Values, &d.Values}, {&l.Attributes, &d.Attributes},
		{&l.Depth, &d.Depth}, {&l.Name, &d.Name}, {&l.List, &d.List}, {&l.Metadata, &d.Metadata},
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
