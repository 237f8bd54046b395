package onnx

import (
	"cmp"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

// perByte is how much memory Decode may take for each byte of a file, all that it ever asks for counted, and slack what it takes
// for any: maps, an error's text.
const (
	perByte = 64
	slack   = 1 << 17
)

// allocated is what f asks of the allocator, in bytes.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// sorted brings attributes into the order in which Encode writes them.
func sorted(g *Graph) {
	for i := range g.Nodes {
		attrs := g.Nodes[i].Attrs
		slices.SortStableFunc(attrs, func(a, b Attribute) int { return cmp.Compare(a.Name, b.Name) })
		for k := range attrs {
			if attrs[k].G != nil {
				sorted(attrs[k].G)
			}
		}
	}
}

// Whatever comes in: no panic, no more memory than the file's length allows, and what was read is written and read as the same.
func FuzzDecode(f *testing.F) {
	f.Add(small().Encode())
	f.Add(bomb())
	for _, h := range hostile() {
		if len(h.file) < 10_000 {
			f.Add(h.file)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		var m *Model
		var err error
		// Other goroutines of a fuzzing process allocate too: one low reading is proof, a high one is asked again.
		bound := uint64(slack + perByte*len(file))
		for range 5 {
			if allocated(func() { m, err = Decode(file, Limits{}) }) <= bound {
				bound = 0
				break
			}
		}
		if bound > 0 {
			t.Fatalf("%d bytes of file took more than %d of memory", len(file), bound)
		}
		if err != nil {
			return
		}
		sorted(m.Graph)
		again, err := Decode(m.Encode(), Limits{Bytes: 1 << 30})
		if err != nil {
			t.Fatalf("written again it is %v", err)
		}
		if !reflect.DeepEqual(m, again) {
			t.Fatal("written again it is another model")
		}
		_ = Check(m)
		_ = pack().Check(m)
	})
}

func FuzzDecodeTensor(f *testing.F) {
	f.Add((&Tensor{Name: "w", DType: Float32, Shape: []int64{1}, Data: make([]byte, 4)}).Encode())
	f.Add((&Tensor{DType: String, Shape: []int64{1}, Strings: [][]byte{[]byte("s")}}).Encode())
	f.Add(append(append(number(1, 2), number(2, 10)...), field1(5, []byte{0x80, 0x78, 1})...))
	f.Add(append(append(number(1, 1), number(2, 15)...), field1(10, make([]byte, 16))...))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := DecodeTensor(file, Limits{})
		if err != nil {
			return
		}
		b, err := DecodeTensor(a.Encode(), Limits{})
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("written again it is %v, %v", b, err)
		}
		_ = a.Finite()
	})
}
