package pipeline

import (
	"strings"

	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
)

// A line of text as its model sees it, and what the model says of it.
const (
	lineW, lineH = 240, 24
	lineSteps    = 120
	alphabet     = "_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<. " // class 0 is the blank
)

// line is a text that was read, and how sure each of its characters is.
type line struct {
	text string
	sure []int64 // basis points
}

// read reads the line in a part of the document: what is inked of it, at the height of the model's lines. A line that is longer than
// the model's is made narrower; one that is shorter is followed by ground.
func (r *run) read(document Gray, part rect) (line, error) {
	out, ok, err := r.look(document, part)
	if err != nil || !ok {
		return line{}, err
	}
	return greedy(out), nil
}

// readZone reads a line of the zone, of which is known how many characters it has and which may stand where.
func (r *run) readZone(document Gray, part rect, number int) (line, error) {
	out, ok, err := r.look(document, part)
	if err != nil || !ok {
		return line{}, err
	}
	return exactly(out, zoneClasses(number)), nil
}

// look has the model look at a line; false where nothing is inked.
func (r *run) look(document Gray, part rect) (Output, bool, error) {
	inside, ok := document.inked(part)
	if !ok {
		return Output{}, false, nil
	}
	margin := inside.h() * r.params.LineMargin / 100
	inside = inside.grown(margin, margin, document)
	w := min(max(inside.w()*lineH/max(inside.h(), 1), 1), lineW)
	picture := r.picture(document.resized(inside, w, lineH))
	input := Gray{W: lineW, H: lineH, Pix: make([]uint8, lineW*lineH)}
	level, _ := document.levels(inside)
	ground := luma(int64(level))
	for y := range lineH {
		for x := range lineW {
			if input.Pix[y*lineW+x] = ground; x < w {
				input.Pix[y*lineW+x] = picture.Pix[y*w+x]
			}
		}
	}
	out, err := r.run(TextLine, r.picture(input).tensor(1, 1, lineH, lineW), 1, len(alphabet), lineSteps)
	return out, true, err
}

// greedy takes the likeliest class at each step, joins repeats and leaves out blanks. Of equals the lowest class is taken. A
// character is as sure as its surest step.
func greedy(t Output) line {
	var text strings.Builder
	var out line
	logits := make([]int64, len(alphabet))
	last := 0
	for step := range lineSteps {
		best := 0
		for c := range logits {
			if logits[c] = t.logit(c*lineSteps + step); logits[c] > logits[best] {
				best = c
			}
		}
		if best != 0 {
			sure := fixed.Share(logits, best)
			if best != last {
				text.WriteByte(alphabet[best])
				out.sure = append(out.sure, sure)
			} else {
				at := len(out.sure) - 1
				out.sure[at] = max(out.sure[at], sure)
			}
		}
		last = best
	}
	out.text = text.String()
	return out
}
