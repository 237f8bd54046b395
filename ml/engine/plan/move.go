package plan

import (
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// run is elements that move together.
type run struct{ operand, from, to, n int32 }

// moves is where each element of a result comes from: runs where they are long, else one index for each; 0 is the fill.
type moves struct {
	runs    []run
	index   []int32
	sources []int // values
	fill    float32
}

// move plans an operator that only moves elements. Where they go is found by asking the reference operator: it is given
// numbers that tell where they stand, and its result tells where each went.
func move(n *node) (bool, error) {
	return n.moved(1)
}

// split is a move with several results.
func split(n *node) (bool, error) { return n.moved(len(n.Outputs)) }

func (n *node) moved(results int) (bool, error) {
	data := []int{0}
	if n.Op == "Concat" {
		for i := 1; i < len(n.in); i++ {
			data = append(data, i)
		}
	}
	traced, fill, ok, err := n.traces(data)
	if !ok || err != nil {
		return false, err
	}
	call := *n
	if n.Op == "Pad" && n.opset < 11 { // its fill is an attribute, which would be taken for a place
		g := *n.Node
		g.Attrs = slices.DeleteFunc(slices.Clone(g.Attrs), func(a onnx.Attribute) bool { return a.Name == "value" })
		call.Node = &g
		if fill, ok = n.number("value", 0); !ok {
			return false, nil
		}
	}
	out, err := call.call(traced)
	if err != nil {
		return false, nil // the reference judges it
	}
	sources := make([]int, len(data))
	for i, d := range data {
		sources[i] = n.in[d]
	}
	for i := range results {
		if n.Outputs[i] == "" {
			continue
		}
		where, err := value.As[int32](out[i])
		if err != nil {
			return false, err
		}
		id, err := n.value(n.Outputs[i], onnx.Float32, out[i].Shape)
		if err != nil {
			return false, err
		}
		m := newMoves(where, sources, n.values, fill)
		n.push(step{name: n.Name, op: n.Op, units: m.units(), out: []int{id}, run: func(r *Runner, _ *worker, unit int) { m.do(r, r.float[id], unit) }})
	}
	return true, nil
}

// traces are the operands with places, from 1 on, instead of elements.
func (n *node) traces(data []int) (in []*value.Tensor, fill float32, ok bool, err error) {
	if in, err = n.samples(); err != nil {
		return nil, 0, false, err
	}
	at := 1
	for _, i := range data {
		if i >= len(n.in) || !n.float(i) {
			return nil, 0, false, nil
		}
		places := make([]int32, n.len(i))
		for j := range places {
			if places[j], err = safemath.To[int32](at); err != nil {
				return nil, 0, false, err
			}
			at++
		}
		in[i] = &value.Tensor{Shape: n.shape(i), Data: places}
	}
	for i, id := range n.in {
		if id >= 0 && n.values[id].constant == nil && !slices.Contains(data, i) {
			return nil, 0, false, nil // where to is known in a run only
		}
	}
	if n.Op == "Pad" && n.has(2) {
		w := n.weights(2)
		if len(w) != 1 {
			return nil, 0, false, nil
		}
		fill = w[0]
		in[2] = &value.Tensor{Shape: n.shape(2), Data: []int32{0}}
	}
	return in, fill, true, nil
}

func newMoves(where []int32, sources []int, values []val, fill float32) *moves {
	m := &moves{sources: sources, fill: fill}
	var ends []int32 // behind the last place of each source
	end := int32(1)
	for _, id := range sources {
		end += int32(values[id].len) //ve:allow overflow traces counted all of them in an int32
		ends = append(ends, end)
	}
	operand := func(w int32) (which, first int32) {
		for i, e := range ends {
			if w < e {
				return int32(i), e - int32(values[sources[i]].len) //ve:allow overflow traces counted all of them in an int32
			}
		}
		return 0, 0
	}
	for to := 0; to < len(where); {
		w, length := where[to], 1
		if w == 0 {
			for to+length < len(where) && where[to+length] == 0 {
				length++
			}
			m.runs = append(m.runs, run{-1, 0, int32(to), int32(length)}) //ve:allow overflow a tensor has fewer than 2^31 elements
			to += length
			continue
		}
		o, first := operand(w)
		for to+length < len(where) && where[to+length] == w+int32(length) && where[to+length] < ends[o] { //ve:allow overflow a tensor has fewer than 2^31 elements
			length++
		}
		m.runs = append(m.runs, run{o, w - first, int32(to), int32(length)}) //ve:allow overflow a tensor has fewer than 2^31 elements
		to += length
	}
	if len(sources) == 1 && len(m.runs)*3 > len(where) {
		m.runs, m.index = nil, slices.Clone(where)
	}
	return m
}

const runsAtOnce = 1 << 10

func (m *moves) units() int {
	if m.index != nil {
		return chunks(len(m.index))
	}
	return (len(m.runs) + runsAtOnce - 1) / runsAtOnce
}

func (m *moves) do(r *Runner, to []float32, unit int) {
	if m.index != nil {
		lo, hi := part(unit, len(m.index))
		from := r.float[m.sources[0]]
		for i, w := range m.index[lo:hi] {
			if w == 0 {
				to[lo+i] = m.fill
			} else {
				to[lo+i] = from[w-1]
			}
		}
		return
	}
	for _, k := range m.runs[unit*runsAtOnce : min((unit+1)*runsAtOnce, len(m.runs))] {
		into := to[k.to : k.to+k.n]
		if k.operand >= 0 {
			copy(into, r.float[m.sources[k.operand]][k.from:])
			continue
		}
		for i := range into {
			into[i] = m.fill
		}
	}
}

// resize plans what only picks the nearest; what is between elements is left to the reference.
func resize(n *node) (bool, error) {
	mode, ok := n.text("mode", "nearest")
	how, fine := n.text("coordinate_transformation_mode", "half_pixel")
	if !ok || !fine || mode != "nearest" || how == "tf_crop_and_resize" {
		return false, nil
	}
	return n.moved(1)
}
