package pipeline

// bandShare is which part of the fullest row's ink a row of letters has at least: specks and scratches have less.
const bandShare = 8

// bands finds the three lines of a machine readable zone in its part of a document: between the first and the last row of letters, cut
// where there is the least ink near a third and near two thirds. Of equals the upper row is taken. It fails where there are no
// three rows of letters.
func (g Gray) bands(part rect) ([3]rect, bool) {
	ink := g.inkOf(part)
	rows := make([]int, part.h())
	top := 0
	for y := range rows {
		for x := part.x0; x < part.x1; x++ {
			if ink.at(g, x, part.y0+y) {
				rows[y]++
			}
		}
		top = max(top, rows[y])
	}
	least := max(top/bandShare, 1)
	first, last := lettered(rows, 0, len(rows), least)
	h := last - first
	if h < 9 {
		return [3]rect{}, false
	}
	cuts := [4]int{first, lowest(rows, first+h/4, first+h*5/12), lowest(rows, first+h*7/12, first+h*3/4), last}
	var out [3]rect
	for i := range out {
		from, to := lettered(rows, cuts[i], cuts[i+1], least)
		if from >= to {
			return out, false
		}
		out[i] = rect{part.x0, part.y0 + from, part.x1, part.y0 + to}
	}
	return out, true
}

// lettered is the first row, and the one behind the last row, that has as much ink as letters have.
func lettered(rows []int, from, to, least int) (first, last int) {
	for first = from; first < to && rows[first] < least; first++ {
	}
	for last = to; last > first && rows[last-1] < least; last-- {
	}
	return first, last
}

// lowest is the row with the least ink.
func lowest(rows []int, from, to int) int {
	best := from
	for y := from; y < to; y++ {
		if rows[y] < rows[best] {
			best = y
		}
	}
	return best
}
