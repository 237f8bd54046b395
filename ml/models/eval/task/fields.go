package task

import (
	"context"
	"fmt"
	"math/big"

	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/plot"
)

// The picture of the fields' network, and its classes: those of document.Kind up to the zone.
const (
	fieldsW, fieldsH = 144, 96
	classes          = int(document.Zone) + 1
	gridCells        = document.GridW * document.GridH
)

func fields() Task {
	return Task{
		Name: "document-fields", Unit: "documents", Least: 10, Generator: "ml/models/data/document", Shape: []int{1, 1, fieldsH, fieldsW},
		Purpose: "Says of each part of an identity card what it holds: portrait, number, names, date of birth, machine readable zone.",
		sample: func(seed uint64, i int) ([]int8, error) {
			x, _, err := card(seed, "calibrate/document-fields", i, document.Genuine, fieldsW, fieldsH)
			return x, err
		},
		evaluate: cards,
	}
}

// card draws the i-th document, small.
func card(seed uint64, purpose string, i int, f document.Forgery, w, h int) ([]int8, document.Truth, error) {
	c := document.RandomCondition(stream.New(seed, purpose, u64(i)))
	c.Forgery = f
	m, truth, err := document.Small(document.NewHolder(seed, u64(i)), c, w, h)
	return pixels(m), truth, err
}

// className is what a class is called on cards.
func className(k int) string {
	return [...]string{"background", "portrait", "number", "surname", "given names", "birth", "zone"}[k]
}

func cards(ctx context.Context, n Network, seed uint64, count int) (*Result, error) {
	labels := make([]string, classes)
	for k := range labels {
		labels[k] = className(k)
	}
	matrix, err := eval.NewConfusion(labels...)
	if err != nil {
		return nil, err
	}
	found, there := make([]int64, classes), make([]int64, classes)
	for i := range count {
		x, truth, err := card(seed, "evaluate/document-fields", i, document.Genuine, fieldsW, fieldsH)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		logits, err := answer(ctx, n, x, classes*gridCells)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		want, got := truth.Grid(), likeliest(logits)
		for cell := range want {
			if err := matrix.Add(int(want[cell]), int(got[cell])); err != nil {
				return nil, err
			}
		}
		for k := 1; k < classes; k++ {
			is, ok := largest(want, k)
			if !ok {
				continue
			}
			there[k]++
			said, ok := largest(got, k)
			if !ok {
				continue
			}
			overlap, err := eval.IoU(is, said)
			if err != nil {
				return nil, err
			}
			if overlap.Cmp(big.NewRat(1, 2)) >= 0 {
				found[k]++
			}
		}
	}
	return fieldsResult(matrix, found, there)
}

// likeliest is the class of each cell; of equals the lowest.
func likeliest(logits []float32) (out [gridCells]uint8) {
	for cell := range out {
		best := 0
		for k := range classes {
			if logits[k*gridCells+cell] > logits[best*gridCells+cell] {
				best = k
			}
		}
		out[cell] = uint8(best & 7)
	}
	return out
}

// largest is the box of the largest set of cells of a class that hang together by their sides; of equals the one that begins
// first.
func largest(grid [gridCells]uint8, class int) (best eval.Box, ok bool) {
	var seen [gridCells]bool
	most := 0
	for from := range grid {
		if int(grid[from]) != class || seen[from] {
			continue
		}
		box, n := eval.Box{X0: document.GridW, Y0: document.GridH}, 0
		open := []int{from}
		seen[from] = true
		for len(open) > 0 {
			cell := open[len(open)-1]
			open = open[:len(open)-1]
			x, y := cell%document.GridW, cell/document.GridW
			n++
			box.X0, box.X1 = min(box.X0, int64(x)), max(box.X1, int64(x)+1)
			box.Y0, box.Y1 = min(box.Y0, int64(y)), max(box.Y1, int64(y)+1)
			for _, next := range [4][2]int{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
				if next[0] < 0 || next[0] >= document.GridW || next[1] < 0 || next[1] >= document.GridH {
					continue
				}
				at := next[1]*document.GridW + next[0]
				if !seen[at] && int(grid[at]) == class {
					seen[at] = true
					open = append(open, at)
				}
			}
		}
		if n > most {
			best, most, ok = box, n, true
		}
	}
	return best, ok
}

func fieldsResult(matrix *eval.Confusion, found, there []int64) (*Result, error) {
	r := &Result{Facts: map[string]any{"confusion": matrix}}
	mean, named := new(big.Rat), map[string]int64{}
	for k := range classes {
		hit, all := matrix.Counts[k][k], int64(0)
		for j := range classes {
			all += matrix.Counts[k][j] + matrix.Counts[j][k]
		}
		if all -= hit; all == 0 {
			return nil, fmt.Errorf("%w: no cell of class %s; hint: a greater count", ErrCount, className(k))
		}
		iou := big.NewRat(hit, all)
		mean.Add(mean, iou)
		ppm, err := eval.PPM(iou)
		if err != nil {
			return nil, err
		}
		named[className(k)] = ppm
	}
	ppm, err := eval.PPM(mean.Quo(mean, big.NewRat(int64(classes), 1)))
	if err != nil {
		return nil, err
	}
	r.Facts["mean_iou_ppm"], r.Facts["iou_ppm"] = ppm, named
	cells := fmt.Sprintf("%d cells", total(matrix))
	r.Figures = append(r.Figures, eval.Figure{Name: "mean intersection over union of 7 classes", Value: eval.Percent(ppm), Of: cells})
	every, hits := int64(0), int64(0)
	var parts []eval.Figure
	rates := map[string]eval.Rate{}
	for k := 1; k < classes; k++ {
		rate, err := eval.NewRate(found[k], there[k])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", className(k), err)
		}
		every, hits = every+there[k], hits+found[k]
		rates[className(k)] = rate
		parts = append(parts, eval.FigureOf("found: "+className(k), rate, "documents"))
	}
	all, err := eval.NewRate(hits, every)
	if err != nil {
		return nil, err
	}
	r.Facts["found"], r.Facts["found_by_field"] = all, rates
	r.Figures = append(append(r.Figures, eval.FigureOf("fields whose box overlaps the true one by half or more", all, "fields")), parts...)
	picture, err := plot.Confusion("document-fields", matrix)
	if err != nil {
		return nil, err
	}
	r.Pictures = []Picture{{eval.Plot{File: "confusion.png", Caption: "Cells: what they hold, and what they were taken for"}, picture}}
	return r, nil
}

func total(m *eval.Confusion) (all int64) {
	for _, row := range m.Counts {
		for _, n := range row {
			all += n
		}
	}
	return all
}
