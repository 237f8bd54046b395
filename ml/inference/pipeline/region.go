package pipeline

// The rectified document as the fields' model sees it, and its grid.
const (
	fieldsW, fieldsH = 144, 96
	fieldCols        = 36
	fieldRows        = 24
	fieldClasses     = 7
)

// region is what a part of a document holds.
type region int

// The classes of the fields' model.
const (
	background region = iota
	portrait
	number
	surname
	givenNames
	birthDate
	zone
)

// minCells is how many cells of the grid a region has at least; what is smaller is a speck.
const minCells = 2

// regions finds the parts of a document: of each class the largest connected set of cells, as a part of the picture. Of two as
// large, the one that begins first, row by row, is taken. A class that is not there has no entry.
func (r *run) regions(document Gray) (map[region]rect, error) {
	small := r.picture(document.resized(rect{0, 0, document.W, document.H}, fieldsW, fieldsH))
	out, err := r.run(DocumentFields, small.tensor(1, 1, fieldsH, fieldsW), 1, fieldClasses, fieldRows, fieldCols)
	if err != nil {
		return nil, err
	}
	var classes [fieldRows * fieldCols]region
	for cell := range classes {
		for c := region(1); c < fieldClasses; c++ { // of equals the lowest class
			if out.Data[int(c)*len(classes)+cell] > out.Data[int(classes[cell])*len(classes)+cell] {
				classes[cell] = c
			}
		}
	}
	return boxes(&classes, document), nil
}

// boxes are the largest connected sets of each class, as parts of the document.
func boxes(classes *[fieldRows * fieldCols]region, document Gray) map[region]rect {
	found, cells := map[region]rect{}, map[region]int{}
	var seen [fieldRows * fieldCols]bool
	for cell, class := range classes {
		if class == background || seen[cell] {
			continue
		}
		if box, n := flood(classes, &seen, cell); n >= minCells && n > cells[class] {
			found[class], cells[class] = box.scaled(document), n
		}
	}
	return found
}

// flood collects the cells of one class that hang together by their sides, as a box of cells and their number.
func flood(classes *[fieldRows * fieldCols]region, seen *[fieldRows * fieldCols]bool, from int) (rect, int) {
	box, n := rect{fieldCols, fieldRows, 0, 0}, 0
	open := []int{from}
	seen[from] = true
	for len(open) > 0 {
		cell := open[len(open)-1]
		open = open[:len(open)-1]
		x, y := cell%fieldCols, cell/fieldCols
		box = rect{min(box.x0, x), min(box.y0, y), max(box.x1, x+1), max(box.y1, y+1)}
		n++
		for _, next := range [][2]int{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
			at := next[1]*fieldCols + next[0]
			if next[0] >= 0 && next[0] < fieldCols && next[1] >= 0 && next[1] < fieldRows && !seen[at] && classes[at] == classes[from] {
				seen[at] = true
				open = append(open, at)
			}
		}
	}
	return box, n
}

// scaled is a box of cells in pixels of the document.
func (b rect) scaled(document Gray) rect {
	return rect{b.x0 * document.W / fieldCols, b.y0 * document.H / fieldRows, b.x1 * document.W / fieldCols, b.y1 * document.H / fieldRows}
}

// square is the smallest square around a box, with the same middle.
func (b rect) square() rect {
	side := max(b.w(), b.h())
	x, y := b.x0-(side-b.w())/2, b.y0-(side-b.h())/2
	return rect{x, y, x + side, y + side}
}

// grown is the box with a margin, cut off at the picture's edge.
func (b rect) grown(x, y int, g Gray) rect {
	return rect{max(b.x0-x, 0), max(b.y0-y, 0), min(b.x1+x, g.W), min(b.y1+y, g.H)}
}
