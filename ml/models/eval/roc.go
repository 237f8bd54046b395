package eval

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"sort"
)

// MaxScore bounds a score's magnitude, so that "above all scores" is a number too.
const MaxScore = 1 << 53

// Trial is one comparison: a score, and whether it should have been accepted.
type Trial struct {
	Score   int64 // higher is more genuine; within ±MaxScore
	Genuine bool
}

// Point is what a threshold does.
type Point struct {
	Threshold   int64 `json:"threshold"`    // a score at or above it is accepted
	FalseAccept int64 `json:"false_accept"` // impostors that are accepted
	FalseReject int64 `json:"false_reject"` // genuine that are not
}

// Curve is the receiver operating characteristic: every threshold that decides differently from the one before.
type Curve struct {
	Points    []Point // thresholds ascend, from "all are accepted" to "none is"
	Genuine   int64
	Impostors int64
}

// ROC finds all points. The order of trials does not count. Fails with ErrEmpty where a class is missing, and with ErrRange
// for a score.
func ROC(trials []Trial) (*Curve, error) {
	c := &Curve{}
	for _, t := range trials {
		if t.Score > MaxScore || t.Score < -MaxScore {
			return nil, fmt.Errorf("%w: a score of %d, at most ±%d", ErrRange, t.Score, int64(MaxScore))
		}
		if t.Genuine {
			c.Genuine++
		} else {
			c.Impostors++
		}
	}
	if c.Genuine == 0 || c.Impostors == 0 {
		return nil, fmt.Errorf("%w: %d genuine trials and %d of impostors; hint: both are needed", ErrEmpty, c.Genuine, c.Impostors)
	}
	sorted := slices.Clone(trials)
	slices.SortFunc(sorted, func(a, b Trial) int { return cmp.Compare(a.Score, b.Score) })
	here := Point{FalseAccept: c.Impostors}
	for i, t := range sorted {
		if i == 0 || t.Score != sorted[i-1].Score {
			here.Threshold = t.Score
			c.Points = append(c.Points, here)
		}
		if t.Genuine {
			here.FalseReject++
		} else {
			here.FalseAccept--
		}
	}
	here.Threshold = sorted[len(sorted)-1].Score + 1
	c.Points = append(c.Points, here)
	return c, nil
}

// At is what any threshold does, also one that is no score.
func (c *Curve) At(threshold int64) Point {
	i := sort.Search(len(c.Points)-1, func(i int) bool { return c.Points[i].Threshold >= threshold })
	p := c.Points[i]
	p.Threshold = threshold
	return p
}

// FAR is the false accept rate at a point.
func (c *Curve) FAR(p Point) (Rate, error) { return NewRate(p.FalseAccept, c.Impostors) }

// FRR is the false reject rate at a point.
func (c *Curve) FRR(p Point) (Rate, error) { return NewRate(p.FalseReject, c.Genuine) }

// AtFAR is the lowest threshold, of those that are scores or above all, whose false accept rate is at most ppm. There always
// is one, since none accepted is none falsely. Fails with ErrRange where ppm is no rate.
func (c *Curve) AtFAR(ppm int64) (Point, error) {
	if ppm < 0 || ppm > Million {
		return Point{}, fmt.Errorf("%w: a rate of %d ppm", ErrRange, ppm)
	}
	limit := big.NewRat(ppm, Million)
	i := sort.Search(len(c.Points)-1, func(i int) bool {
		return big.NewRat(c.Points[i].FalseAccept, c.Impostors).Cmp(limit) <= 0
	})
	return c.Points[i], nil
}

// AUC is the area under the curve: the share of pairs of a genuine trial and an impostor's in which the genuine one has the
// higher score, ties counting half. Steps over equal scores are trapezia, which is the same.
func (c *Curve) AUC() *big.Rat {
	// Twice the area in units of one pair: over each score, impostors at it times genuine trials above it or, half, at it.
	twice := new(big.Int)
	for i := range len(c.Points) - 1 {
		p, q := c.Points[i], c.Points[i+1]
		above, from := c.Genuine-q.FalseReject, c.Genuine-p.FalseReject
		twice.Add(twice, new(big.Int).Mul(big.NewInt(p.FalseAccept-q.FalseAccept), big.NewInt(above+from)))
	}
	pairs := new(big.Int).Mul(big.NewInt(2*c.Genuine), big.NewInt(c.Impostors))
	return new(big.Rat).SetFrac(twice, pairs)
}

// EER is the equal error rate. From one point to the next both rates change along a straight line, and where the two lines
// cross is the rate:
//
//	d(i) = FAR(i) − FRR(i), which descends from 1 to −1
//	i    = the first point with d(i+1) <= 0
//	EER  = FAR(i) + (FAR(i+1) − FAR(i)) · d(i) / (d(i) − d(i+1))
//
// It depends on the order of the scores alone.
func (c *Curve) EER() *big.Rat {
	far := func(p Point) *big.Rat { return big.NewRat(p.FalseAccept, c.Impostors) }
	d := func(p Point) *big.Rat { return new(big.Rat).Sub(far(p), big.NewRat(p.FalseReject, c.Genuine)) }
	i := sort.Search(len(c.Points)-2, func(i int) bool { return d(c.Points[i+1]).Sign() <= 0 })
	p, q := c.Points[i], c.Points[i+1]
	part := new(big.Rat).Quo(d(p), new(big.Rat).Sub(d(p), d(q)))
	step := new(big.Rat).Sub(far(q), far(p))
	return step.Add(far(p), step.Mul(step, part))
}
