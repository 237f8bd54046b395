package ops

import (
	"fmt"
	"sort"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// nonMaxSuppression keeps boxes by falling score that overlap no kept one too much. Of equal scores, and of boxes, the
// lower index comes first.
//
//	boxes: [batch, n, 4]     scores: [batch, classes, n]     result: [kept, 3] batch, class, box
func nonMaxSuppression(c *Call) ([]*value.Tensor, error) {
	bt, err := c.need(0)
	if err != nil {
		return nil, err
	}
	st, err := c.need(1)
	if err != nil {
		return nil, err
	}
	boxes, err := value.As[float32](bt)
	if err != nil {
		return nil, err
	}
	scores, err := value.As[float32](st)
	if err != nil {
		return nil, err
	}
	if bt.Rank() != 3 || st.Rank() != 3 || bt.Shape[2] != 4 || bt.Shape[0] != st.Shape[0] || bt.Shape[1] != st.Shape[2] {
		return nil, fmt.Errorf("%w: boxes %v, scores %v", value.ErrShape, bt.Shape, st.Shape)
	}
	center, err := c.flag("center_point_box", false)
	if err != nil {
		return nil, err
	}
	most := 0
	if t := c.in(2); t != nil {
		list, err := value.Ints(t)
		if err != nil || len(list) != 1 {
			return nil, fmt.Errorf("%w 2: want one number", ErrOperand)
		}
		most = list[0]
	}
	overlap, err := c.scalar(3, 0)
	if err != nil {
		return nil, err
	}
	least, err := c.scalar(4, 0)
	if err != nil {
		return nil, err
	}
	n, out := bt.Shape[1], []int64{}
	for b := range bt.Shape[0] {
		for k := range st.Shape[1] {
			row := scores[(b*st.Shape[1]+k)*n : (b*st.Shape[1]+k+1)*n]
			var order []int
			for i, s := range row {
				if c.in(4) == nil || s > least {
					order = append(order, i)
				}
			}
			sort.SliceStable(order, func(i, j int) bool { return row[order[i]] > row[order[j]] })
			var kept []int
			for _, i := range order {
				if len(kept) >= most {
					break
				}
				box, alone := corners(boxes[(b*n+i)*4:], center), true
				for _, j := range kept {
					if overlaps(box, corners(boxes[(b*n+j)*4:], center)) > overlap {
						alone = false
						break
					}
				}
				if alone {
					kept = append(kept, i)
					out = append(out, int64(b), int64(k), int64(i))
				}
			}
		}
	}
	return one(value.Of([]int{len(out) / 3, 3}, out))
}

// scalar reads an optional float operand of one element.
func (c *Call) scalar(i int, otherwise float32) (float32, error) {
	t := c.in(i)
	if t == nil {
		return otherwise, nil
	}
	d, err := value.As[float32](t)
	if err == nil && len(d) != 1 {
		err = fmt.Errorf("%w %d: want one number", ErrOperand, i)
	}
	if err != nil {
		return 0, err
	}
	return d[0], nil
}

// corners are y1, x1, y2, x2, the lesser first; center is x, y, width, height.
func corners(b []float32, center bool) [4]float32 {
	if center {
		w, h := float32(b[2]/2), float32(b[3]/2)
		return [4]float32{float32(b[1] - h), float32(b[0] - w), float32(b[1] + h), float32(b[0] + w)}
	}
	return [4]float32{min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]), max(b[1], b[3])}
}

// overlaps is intersection over union.
func overlaps(a, b [4]float32) float32 {
	h := max(0, float32(min(a[2], b[2])-max(a[0], b[0])))
	w := max(0, float32(min(a[3], b[3])-max(a[1], b[1])))
	both := float32(h * w)
	area := func(c [4]float32) float32 { return float32(float32(c[2]-c[0]) * float32(c[3]-c[1])) }
	union := float32(float32(area(a)+area(b)) - both)
	if union <= 0 {
		return 0
	}
	return float32(both / union)
}
