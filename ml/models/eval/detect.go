package eval

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
)

// Box is a rectangle: from (X0, Y0), inclusive, to (X1, Y1), exclusive, in any unit that all boxes share.
type Box struct{ X0, Y0, X1, Y1 int64 }

// maxSide keeps areas within an int64.
const maxSide = 1 << 30

func (b Box) check() error {
	if b.X0 >= b.X1 || b.Y0 >= b.Y1 || b.X0 < -maxSide || b.Y0 < -maxSide || b.X1 > maxSide || b.Y1 > maxSide {
		return fmt.Errorf("%w: box %v; hint: corners ascend, within ±%d", ErrRange, b, maxSide)
	}
	return nil
}

// IoU is the area of two boxes' intersection over that of their union. Fails with ErrRange for a box without area.
func IoU(a, b Box) (*big.Rat, error) {
	for _, x := range []Box{a, b} {
		if err := x.check(); err != nil {
			return nil, err
		}
	}
	w := max(min(a.X1, b.X1)-max(a.X0, b.X0), 0)
	h := max(min(a.Y1, b.Y1)-max(a.Y0, b.Y0), 0)
	area := func(x Box) *big.Int { return new(big.Int).Mul(big.NewInt(x.X1-x.X0), big.NewInt(x.Y1-x.Y0)) }
	common := new(big.Int).Mul(big.NewInt(w), big.NewInt(h))
	union := new(big.Int).Sub(new(big.Int).Add(area(a), area(b)), common)
	return new(big.Rat).SetFrac(common, union), nil
}

// Found is a box that a detector gave.
type Found struct {
	Image int
	Score int64
	Box   Box
}

// There is a box that is there.
type There struct {
	Image int
	Box   Box
}

// Detection is what a detector's boxes are worth.
type Detection struct {
	AP     int64 `json:"average_precision_ppm"`
	Recall Rate  `json:"recall"` // boxes that are there and were found at any score
	False  int64 `json:"false"`  // boxes that were found and are not there
	// Matched is, for each of the boxes that were found, by descending score, which of those that are there it is; -1: none.
	Matched []int   `json:"-"`
	Sorted  []Found `json:"-"` // the order of Matched; of equal scores the first stays first
}

// Detect matches boxes and computes average precision. From the highest score down each box takes the box of its image that
// it overlaps most, of those not yet taken, if they overlap by at least iouPPM. Precision at a recall is the best at that
// recall or a higher one, and average precision its mean over all boxes that are there. Fails with ErrEmpty, ErrRange.
func Detect(found []Found, there []There, iouPPM int64) (*Detection, error) {
	if iouPPM <= 0 || iouPPM > Million {
		return nil, fmt.Errorf("%w: an overlap of %d ppm", ErrRange, iouPPM)
	}
	d := &Detection{Sorted: slices.Clone(found)}
	slices.SortStableFunc(d.Sorted, func(a, b Found) int { return cmp.Compare(b.Score, a.Score) })
	byImage := map[int][]int{}
	for i, t := range there {
		if err := t.Box.check(); err != nil {
			return nil, err
		}
		byImage[t.Image] = append(byImage[t.Image], i)
	}
	taken := make([]bool, len(there))
	hits := int64(0)
	var precision []*big.Rat // at each hit
	for n, f := range d.Sorted {
		best, err := f.best(there, byImage[f.Image], taken, big.NewRat(iouPPM, Million))
		if err != nil {
			return nil, err
		}
		d.Matched = append(d.Matched, best)
		if best < 0 {
			d.False++
			continue
		}
		taken[best] = true
		hits++
		precision = append(precision, big.NewRat(hits, int64(n)+1))
	}
	recall, err := NewRate(hits, int64(len(there)))
	if err != nil {
		return nil, fmt.Errorf("boxes that are there: %w", err)
	}
	d.Recall = recall
	sum, top := new(big.Rat), new(big.Rat)
	for _, p := range slices.Backward(precision) {
		if p.Cmp(top) > 0 {
			top = p
		}
		sum.Add(sum, top)
	}
	d.AP, err = PPM(sum.Quo(sum, big.NewRat(int64(len(there)), 1)))
	return d, err
}

// best is the box that f overlaps most, by at least least, of those of its image that are not taken; -1: none.
func (f Found) best(there []There, image []int, taken []bool, least *big.Rat) (int, error) {
	if err := f.Box.check(); err != nil {
		return -1, err
	}
	best := -1
	for _, i := range image {
		if taken[i] {
			continue
		}
		v, err := IoU(f.Box, there[i].Box)
		if err != nil {
			return -1, err
		}
		if v.Cmp(least) >= 0 && (best < 0 || v.Cmp(least) > 0) {
			best, least = i, v
		}
	}
	return best, nil
}
