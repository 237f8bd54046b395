package plot

import "fmt"

// The frame of every diagram: a field of 480 by 360 pixels with room for labels.
const (
	left, top     = 70, 34
	fieldW        = 480
	fieldH        = 360
	canvasW       = left + fieldW + 24
	canvasH       = top + fieldH + 54
	bottom, right = top + fieldH, left + fieldW
)

// tick is a mark on an axis: where, in pixels of the field from its lower left corner, and what stands there.
type tick struct {
	at   int
	text string
}

// frame draws title, axes and ticks, with a light line across the field at each tick.
func frame(title, x, y string, xs, ys []tick) (*Canvas, error) {
	c, err := NewCanvas(canvasW, canvasH)
	if err != nil {
		return nil, err
	}
	c.Text(left+(fieldW-width(title))/2, 12, title, Black)
	c.Text(left+(fieldW-width(x))/2, bottom+32, x, Black)
	c.Upward(8, bottom-(fieldH-width(y))/2, y, Black)
	for _, t := range xs {
		c.Fill(left+t.at, top, left+t.at+1, bottom, Light)
		c.Fill(left+t.at, bottom, left+t.at+1, bottom+5, Black)
		c.Text(left+t.at-width(t.text)/2, bottom+10, t.text, Black)
	}
	for _, t := range ys {
		c.Fill(left, bottom-t.at, right, bottom-t.at+1, Light)
		c.Fill(left-5, bottom-t.at, left, bottom-t.at+1, Black)
		c.Text(left-10-width(t.text), bottom-t.at-3, t.text, Black)
	}
	c.Fill(left, bottom, right+1, bottom+1, Black)
	c.Fill(left, top, left+1, bottom, Black)
	return c, nil
}

// percents are ticks at every tenth of an axis of 0 to 100 %.
func percents(length int) (all []tick) {
	for i := range 6 {
		all = append(all, tick{length * i / 5, fmt.Sprintf("%d%%", 20*i)})
	}
	return all
}

// counts are ticks of an axis of 0 to most: at most five steps of 1, 2 or 5 times a power of ten.
func counts(length int, most int64) (all []tick) {
	step := int64(1)
	for i := 0; most/step > 5; i++ {
		step = [3]int64{1, 2, 5}[i%3] * power(i/3)
	}
	for v := int64(0); v <= most; v += step {
		all = append(all, tick{scale(v, most, length), fmt.Sprint(v)})
	}
	return all
}

// power is ten to the n; n is below 19, since counts are int64.
func power(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// scale is v of most in pixels of length; most is above zero, and v within 0..most.
func scale(v, most int64, length int) int {
	for most > 1<<40 { // so that the product fits; no pixel moves by more than one
		v, most = v>>1, most>>1
	}
	return int(v * int64(length) / max(most, 1))
}
