package onnx

// decoder reads one file.
type decoder struct {
	limits Limits
	nodes  int // so far, of all graphs
	values int
}

// canonical gives ai.onnx, which has two names, the shorter one.
func canonical(domain string) string {
	if domain == "ai.onnx" {
		return ""
	}
	return domain
}

// Decode reads a ModelProto. What it returns was not checked as a whole yet: see Check. Fails with ErrMalformed, ErrLimit,
// ErrUnsupported. Fields that are not known, and texts for people, are passed over.
func Decode(b []byte, l Limits) (*Model, error) {
	d := &decoder{limits: l.settled()}
	top := (*place)(nil)
	if len(b) > d.limits.Bytes {
		return nil, top.at("file").over("Bytes", len(b), d.limits.Bytes)
	}
	m := &Model{Opsets: map[string]int64{}, Metadata: map[string]string{}}
	err := top.at("model").fields(b, of(1, 2, 3, 4, 5, 7), func(f field) (err error) {
		switch f.number {
		case 1:
			m.IRVersion, err = top.at("ir_version").int(f)
		case 2:
			m.Producer, err = top.at("producer_name").text(f, d.limits.Name)
		case 3:
			m.ProducerVersion, err = top.at("producer_version").text(f, d.limits.Name)
		case 4:
			m.Domain, err = top.at("domain").text(f, d.limits.Name)
		case 5:
			m.ModelVersion, err = top.at("model_version").int(f)
		case 7:
			var raw []byte
			if raw, err = top.at("graph").message(f); err == nil {
				m.Graph, err = d.graph(top.at("graph"), raw, 0)
			}
		case 8:
			err = d.opset(m, f)
		case 14:
			err = d.metadata(m, f)
		case 25:
			err = d.function(m, f)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case m.Graph == nil:
		return nil, top.at("model").malformed("no graph in it")
	case len(m.Opsets) == 0:
		return nil, top.at("model").malformed("no opset in it")
	}
	return m, nil
}

func (d *decoder) opset(m *Model, f field) error {
	p := (*place)(nil).at("opset_import")
	raw, err := p.message(f)
	if err != nil {
		return err
	}
	domain, version := "", int64(0)
	if err := p.fields(raw, of(1, 2), func(f field) (err error) {
		switch f.number {
		case 1:
			domain, err = p.text(f, d.limits.Name)
		case 2:
			version, err = p.int(f)
		}
		return err
	}); err != nil {
		return err
	}
	domain = canonical(domain)
	if _, twice := m.Opsets[domain]; twice {
		return p.malformed("domain %s twice", quoted(domain))
	}
	if version < 1 {
		return p.malformed("version %d of domain %s", version, quoted(domain))
	}
	if len(m.Opsets) >= d.limits.Attributes {
		return p.over("Attributes", len(m.Opsets)+1, d.limits.Attributes)
	}
	m.Opsets[domain] = version
	return nil
}

func (d *decoder) metadata(m *Model, f field) error {
	p := (*place)(nil).at("metadata_props")
	raw, err := p.message(f)
	if err != nil {
		return err
	}
	if len(m.Metadata) >= d.limits.Metadata {
		return p.over("Metadata", len(m.Metadata)+1, d.limits.Metadata)
	}
	key, value := "", ""
	if err := p.fields(raw, of(1, 2), func(f field) (err error) {
		switch f.number {
		case 1:
			key, err = p.text(f, d.limits.Name)
		case 2:
			value, err = p.text(f, d.limits.Bytes)
		}
		return err
	}); err != nil {
		return err
	}
	if _, twice := m.Metadata[key]; twice {
		return p.malformed("%s twice", quoted(key))
	}
	m.Metadata[key] = value
	return nil
}

func (d *decoder) function(m *Model, f field) error {
	p := (*place)(nil).nth("functions", len(m.Local))
	raw, err := p.message(f)
	if err != nil {
		return err
	}
	if len(m.Local) >= d.limits.Metadata {
		return p.over("Metadata", len(m.Local)+1, d.limits.Metadata)
	}
	fn := Function{Proto: own(raw)}
	if err := p.fields(raw, of(1, 10), func(f field) (err error) {
		switch f.number {
		case 1:
			fn.Name, err = p.text(f, d.limits.Name)
		case 10:
			fn.Domain, err = p.text(f, d.limits.Name)
		}
		return err
	}); err != nil {
		return err
	}
	fn.Domain = canonical(fn.Domain)
	m.Local = append(m.Local, fn)
	m.Functions = len(m.Local)
	return nil
}

func (d *decoder) graph(p *place, b []byte, depth int) (*Graph, error) {
	g := &Graph{}
	counts := tally(b, 1, 5, 11, 12, 13)
	if d.nodes += counts[0]; d.nodes > d.limits.Nodes {
		return nil, p.over("Nodes", d.nodes, d.limits.Nodes)
	}
	if err := d.names(p, counts[1]+counts[2]+counts[3]+counts[4]); err != nil {
		return nil, err
	}
	g.Nodes, g.Initializers = sized[Node](counts[0]), sized[*Tensor](counts[1])
	g.Inputs, g.Outputs, g.Values = sized[ValueInfo](counts[2]), sized[ValueInfo](counts[3]), sized[ValueInfo](counts[4])
	return g, p.fields(b, of(2), func(f field) (err error) {
		var raw []byte
		switch f.number {
		case 1, 5, 11, 12, 13, 15:
			if raw, err = p.message(f); err != nil {
				return err
			}
		}
		switch f.number {
		case 1:
			var n Node
			if n, err = d.node(p.nth("node", len(g.Nodes)), raw, depth); err == nil {
				g.Nodes = append(g.Nodes, n)
			}
		case 2:
			g.Name, err = p.at("name").text(f, d.limits.Name)
		case 5:
			var t *Tensor
			if t, err = p.nth("initializer", len(g.Initializers)).tensor(raw, d.limits); err == nil {
				g.Initializers = append(g.Initializers, t)
			}
		case 11:
			g.Inputs, err = d.declared(p, "input", g.Inputs, raw)
		case 12:
			g.Outputs, err = d.declared(p, "output", g.Outputs, raw)
		case 13:
			g.Values, err = d.declared(p, "value_info", g.Values, raw)
		case 15:
			err = p.unsupported("a sparse tensor among the weights")
		}
		return err
	})
}

// names counts what a file names, before there is room for it.
func (d *decoder) names(p *place, more int) error {
	if d.values += more; d.values > d.limits.Values {
		return p.over("Values", d.values, d.limits.Values)
	}
	return nil
}
