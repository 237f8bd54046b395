package machines

import (
	"context"
	"encoding/binary"
	"hash"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	kernels "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// work computes something from random numbers and writes every bit of the result into a digest. way chooses kernels and threads,
// of which no result may depend.
type work func(n *numbers, way int, sum hash.Hash) error

// floatResults writes floats, all NaNs in one form: IEEE 754 leaves their bits to the machine.
func floatResults(sum hash.Hash, all []float32) {
	buf := make([]byte, 0, 4*len(all))
	for _, v := range all {
		bits := math.Float32bits(v)
		if v != v {
			bits = 0x7fc00000
		}
		buf = binary.LittleEndian.AppendUint32(buf, bits)
	}
	sum.Write(buf)
}

func byteResults(sum hash.Hash, all []int8) {
	buf := make([]byte, len(all))
	for i, v := range all {
		buf[i] = byte(v)
	}
	sum.Write(buf)
}

// gemmFunc is f32.Set.Gemm, or what a test puts in its place.
type gemmFunc func(s *f32.Set, m, n, k int, a, b, c []float32, w *f32.Work)

func setGemm(s *f32.Set, m, n, k int, a, b, c []float32, w *f32.Work) {
	s.Gemm(false, false, m, n, k, a, k, b, n, false, c, n, w)
}

// floatKernels multiplies small matrices.
func floatKernels(gemm gemmFunc) work {
	sets, w := f32.Sets(), &f32.Work{}
	var a, b, c [9 * 25]float32
	return func(n *numbers, way int, sum hash.Hash) error {
		rows, columns, terms := 1+n.below(7), 1+n.below(18), 1+n.below(12)
		n.floats(a[:rows*terms])
		n.floats(b[:terms*columns])
		gemm(sets[way%len(sets)], rows, columns, terms, a[:], b[:], c[:rows*columns], w)
		floatResults(sum, c[:rows*columns])
		return nil
	}
}

// requantFunc is kernels.Set.Requant, or what a test puts in its place.
type requantFunc func(s *kernels.Set, out []int8, acc []int32, pixels int, m [kernels.Lanes]int32, shift [kernels.Lanes]int8) error

func setRequant(s *kernels.Set, out []int8, acc []int32, pixels int, m [kernels.Lanes]int32, shift [kernels.Lanes]int8) error {
	return s.Requant(out, kernels.Lanes, acc, pixels, kernels.NewScale(m, shift, -128, 127))
}

// integerKernels sums products, densely and by channel, and makes them int8 again.
func integerKernels(requant requantFunc) work {
	sets := kernels.Available()
	const lanes = kernels.Lanes
	return func(n *numbers, way int, sum hash.Hash) error {
		s, pixels, groups := sets[way%len(sets)], 1+n.below(9), 1+n.below(2)
		taps, err := kernels.NewTaps([]int32{0, int32(n.below(40)), int32(n.below(40))})
		if err != nil {
			return err
		}
		a, w := n.int8s(make([]int8, 40+9*lanes+lanes)), n.int8s(make([]int8, 3*8*lanes))
		var bias, m [lanes]int32
		var shift [lanes]int8
		n.int32s(bias[:], 1<<16)
		for i := range m {
			m[i], shift[i] = int32(n.next()>>34), int8(38+n.below(6))
			if i%4 == 0 { // exact halves are likely
				m[i], shift[i] = 1, int8(6+n.below(8))
			}
		}
		acc, out := make([]int32, 2*pixels*lanes), make([]int8, 2*pixels*lanes+len(a)+lanes)
		dense := s.Pack(3, groups, bias, func(t, c, o int) int8 { return w[(t*8+c)*lanes+o] })
		deep := s.PackLanes(3, bias, func(t, o int) int8 { return w[t*lanes+o] })
		if err := s.Dot(acc, pixels, a, lanes, taps, dense); err != nil {
			return err
		}
		if err := s.Depth(acc[pixels*lanes:], pixels, a, lanes, taps, deep); err != nil {
			return err
		}
		if err := requant(s, out, acc, 2*pixels, m, shift); err != nil {
			return err
		}
		rest := out[2*pixels*lanes:]
		if err := s.Add(rest[:len(a)], a, append(a[1:len(a):len(a)], a[0]), kernels.NewSum(bias[0], bias[1], int8(14+n.below(6)), -128, 127)); err != nil {
			return err
		}
		if err := s.Max(rest[len(a):], a, taps); err != nil {
			return err
		}
		buf := make([]byte, 0, 4*len(acc))
		for _, v := range acc {
			buf = binary.LittleEndian.AppendUint32(buf, uint32(v))
		}
		sum.Write(buf)
		byteResults(sum, out)
		return nil
	}
}

// threads is a number of threads for a way: one mostly, and every number up to eight.
func threads(way int) int {
	if way%4 != 0 {
		return 1
	}
	return 1 + way/4%8
}

// plans runs a small network of floats by ml/engine/plan.
func plans(t testing.TB, last func([]float32)) work {
	m, sets := floatNetwork(), f32.Sets()
	type key struct{ set, threads int }
	runners := map[key]*plan.Runner{}
	var out []*value.Tensor
	in := &value.Tensor{Shape: []int{1, 2, 5, 5}, Data: make([]float32, 50)}
	return func(n *numbers, way int, sum hash.Hash) error {
		k := key{way % len(sets), threads(way / len(sets))}
		if runners[k] == nil {
			p, err := plan.New(m, plan.Options{Kernels: sets[k.set], Threads: k.threads})
			if err != nil {
				return err
			}
			require.Empty(t, p.Unplanned())
			runners[k], out = p.NewRun(), p.NewOutputs()
		}
		n.floats(in.Data.([]float32))
		if err := runners[k].Run(context.Background(), []*value.Tensor{in}, out); err != nil {
			return err
		}
		for _, o := range out {
			d := o.Data.([]float32)
			if last != nil {
				last(d)
			}
			floatResults(sum, d)
		}
		return nil
	}
}

// programs runs a small network of integers by ml/engine/i8.
func programs(t testing.TB, m *onnx.Model) work {
	p, err := i8.Load(m)
	require.NoError(t, err)
	sets := kernels.Available()
	type key struct{ set, threads int }
	runners := map[key]*i8.Runner{}
	in, data := map[string]*value.Tensor{}, make([]int8, 75)
	in["image"] = &value.Tensor{Shape: []int{1, 3, 5, 5}, Data: data}
	var out map[string]*value.Tensor
	return func(n *numbers, way int, sum hash.Hash) error {
		k := key{way % len(sets), threads(way / len(sets))}
		if runners[k] == nil {
			r, err := i8.NewRunner(p, i8.Options{Threads: k.threads, Kernels: sets[k.set]})
			if err != nil {
				return err
			}
			runners[k], out = r, r.NewOutputs()
		}
		n.int8s(data)
		if err := runners[k].RunInto(context.Background(), in, out); err != nil {
			return err
		}
		for _, port := range p.Outputs() {
			byteResults(sum, out[port.Name].Data.([]int8))
		}
		return nil
	}
}
