package plot

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/models/eval"
)

// Histogram draws the scores of genuine trials and impostors over each other, each as a share of its class's fullest bin.
func Histogram(title string, h *eval.Histogram) ([]byte, error) {
	if h == nil || len(h.Genuine) == 0 || len(h.Genuine) != len(h.Impostors) || len(h.Genuine) > fieldW || h.From > h.To {
		return nil, fmt.Errorf("%w: a histogram of no or too many bins", ErrPlot)
	}
	var xs []tick
	for i := range int64(5) {
		xs = append(xs, tick{int(fieldW * i / 4), millionths(h.From + (h.To-h.From)/4*i)})
	}
	c, err := frame(title, "score   (blue: genuine, orange: impostor)", "share of the fullest bin", xs, percents(fieldH))
	if err != nil {
		return nil, err
	}
	n := len(h.Genuine)
	mostGenuine, mostImpostors := slices.Max(h.Genuine), slices.Max(h.Impostors)
	for i := range n {
		x0, x1 := left+1+i*fieldW/n, left+1+(i+1)*fieldW/n
		a, b := share(h.Genuine[i], mostGenuine), share(h.Impostors[i], mostImpostors)
		c.Fill(x0, bottom-a, x1, bottom, Blue)
		c.Fill(x0, bottom-b, x1, bottom, Orange)
		c.Fill(x0, bottom-min(a, b), x1, bottom, Both)
	}
	return c.PNG(), nil
}

// share is the height of a bar; a bin that is not empty is seen.
func share(v, most int64) int {
	if v <= 0 || most <= 0 {
		return 0
	}
	return max(scale(v, most, fieldH), 1)
}

// millionths writes a score with two decimals.
func millionths(v int64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/eval.Million, v%eval.Million/10_000)
}

// Calibration draws, for each bin, how often it came over what was forecast, and the diagonal on which a calibrated model lies.
func Calibration(title string, k *eval.Calibration) ([]byte, error) {
	if k == nil || len(k.Bins) == 0 || len(k.Bins) > fieldW {
		return nil, fmt.Errorf("%w: a calibration of no or too many bins", ErrPlot)
	}
	xs := percents(fieldW)
	c, err := frame(title, fmt.Sprintf("forecast   (expected calibration error %s)", eval.Percent(k.ECE)), "came", xs, percents(fieldH))
	if err != nil {
		return nil, err
	}
	for _, b := range k.Bins {
		if b.Count < 1 {
			continue
		}
		x0, x1 := left+1+scale(b.From, eval.Million, fieldW), left+scale(b.To, eval.Million, fieldW)
		c.Fill(x0, bottom-share(b.Came, b.Count), x1, bottom, Blue)
	}
	c.Line(left, bottom, right, top, Grey)
	return c.PNG(), nil
}

// Confusion draws a matrix whose rows are the truth: the darker a field, the larger its share of its row, and its count.
func Confusion(title string, m *eval.Confusion) ([]byte, error) {
	if m == nil || len(m.Labels) == 0 || len(m.Labels) > 16 || len(m.Counts) != len(m.Labels) {
		return nil, fmt.Errorf("%w: a matrix of none or more than 16 labels", ErrPlot)
	}
	n := len(m.Labels)
	var xs, ys []tick
	for i, label := range m.Labels {
		short := label[:min(len(label), 10)]
		xs = append(xs, tick{fieldW * (2*i + 1) / (2 * n), short})
		ys = append(ys, tick{fieldH - fieldH*(2*i+1)/(2*n), short})
	}
	c, err := frame(title, "answer", "truth", xs, ys)
	if err != nil {
		return nil, err
	}
	for i, row := range m.Counts {
		if len(row) != n {
			return nil, fmt.Errorf("%w: row %d of the matrix has %d columns, want %d", ErrPlot, i, len(row), n)
		}
		all := int64(0)
		for _, v := range row {
			all += max(v, 0)
		}
		for j, v := range row {
			shade := scale(max(v, 0), max(all, 1), ramps-1)
			x0, y0 := left+1+fieldW*j/n, top+fieldH*i/n
			x1, y1 := left+fieldW*(j+1)/n, top+fieldH*(i+1)/n-1
			c.Fill(x0, y0, x1, y1, ramp+Ink(shade&(ramps-1)))
			ink := Black
			if shade > ramps/2 {
				ink = White
			}
			text := fmt.Sprint(v)
			c.Text((x0+x1-width(text))/2, (y0+y1-7)/2, text, ink)
		}
	}
	return c.PNG(), nil
}
