package quant

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
)

// window is how a kernel moves, as nodes of two axes say it.
type window struct {
	kernel, strides, dilations [2]int // the kernel is zero where only weights have it
	pads                       [4]int // top, left, bottom, right
}

// windowOf reads it. Fails with ErrUnsupported where pads are named and not given, and for lists of other lengths.
func windowOf(n *onnx.Node) (window, error) {
	w := window{strides: [2]int{1, 1}, dilations: [2]int{1, 1}}
	if a, ok := n.Attr("auto_pad"); ok && len(a.S) > 0 && string(a.S) != "NOTSET" {
		return w, fmt.Errorf("%w: %s with auto_pad %q; hint: export with pads", ErrUnsupported, n.Op, a.S)
	}
	for _, list := range []struct {
		name string
		into []int
	}{{"kernel_shape", w.kernel[:]}, {"strides", w.strides[:]}, {"dilations", w.dilations[:]}, {"pads", w.pads[:]}} {
		a, ok := n.Attr(list.name)
		if !ok {
			continue
		}
		if len(a.Is) != len(list.into) || slices.ContainsFunc(a.Is, func(v int64) bool { return v < 0 || v > 1<<12 }) {
			return w, fmt.Errorf("%w: %s with %s %v", ErrUnsupported, n.Op, list.name, a.Is)
		}
		for i, v := range a.Is {
			list.into[i] = int(v)
		}
	}
	return w, nil
}

// intOf reads an attribute that is an integer. Fails with ErrUnsupported for one beyond 2^20.
func intOf(n *onnx.Node, name string, otherwise int) (int, error) {
	a, ok := n.Attr(name)
	if !ok {
		return otherwise, nil
	}
	if a.Kind != onnx.AttrInt || a.I < -1<<20 || a.I > 1<<20 {
		return 0, fmt.Errorf("%w: %s with %s %d", ErrUnsupported, n.Op, name, a.I)
	}
	return int(a.I), nil
}

func hasOther(list []int64, than int64) bool {
	return slices.ContainsFunc(list, func(v int64) bool { return v != than })
}
