package pipeline

import (
	"math"
	"strings"

	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
	"github.com/virtengine/virtengine/ml/mrz"
)

// classesOf are the model's classes for characters.
func classesOf(characters string) []int {
	var out []int
	for i := range len(characters) {
		if c := strings.IndexByte(alphabet, characters[i]); c > 0 {
			out = append(out, c)
		}
	}
	return out
}

// zoneClasses are what may stand at each place of a line of the zone.
func zoneClasses(line int) [][]int {
	out := make([][]int, mrz.Width)
	for at := range out {
		out[at] = classesOf(mrz.Allowed(line, at))
	}
	return out
}

// never is the sum of logits of a path that cannot be: far below all that can, and far from overflow.
const never = math.MinInt64 / 4

// hop says from where the best path comes to a place's class at a step.
type hop uint8

const (
	stays  hop = iota // the same class a step before
	blanks            // the blank between two characters
	moves             // the character before, of another class
)

// exactly is the likeliest text that has one character at each place, of those allowed there: the best path of the model's
// classes whose sum of logits is largest, since what makes shares of logits is the same for all paths. Of equal paths the one
// that stays, then that of a blank, then that of the lowest class is taken. A character is as sure as its surest step.
func exactly(t Output, allowed [][]int) line {
	places := len(allowed)
	between := make([]int64, places+1) // best sum that ends in a blank behind so many characters
	sums := make([][]int64, places)    // by place and position among its classes: best sum that ends there
	hops := make([][][]hop, lineSteps) // by step, place, position
	froms := make([][][]int, lineSteps)
	fromBlank := make([][]bool, lineSteps) // whether the blank behind so many characters follows a blank
	lastOf := make([][]int, lineSteps)     // else: which class of the place before it follows
	for k := range sums {
		sums[k] = make([]int64, len(allowed[k]))
		for i := range sums[k] {
			sums[k][i] = never
		}
		between[k+1] = never
	}
	for step := range lineSteps {
		hops[step], froms[step] = make([][]hop, places), make([][]int, places)
		fromBlank[step], lastOf[step] = make([]bool, places+1), make([]int, places+1)
		blank := t.logit(step)
		nextBetween := make([]int64, places+1)
		for k := range places + 1 {
			best, of := int64(never), 0
			if k > 0 {
				best, of = largest(sums[k-1], -1)
			}
			fromBlank[step][k], lastOf[step][k] = between[k] >= best, of
			nextBetween[k] = max(between[k], best) + blank
		}
		next := make([][]int64, places)
		for k, classes := range allowed {
			next[k], hops[step][k], froms[step][k] = make([]int64, len(classes)), make([]hop, len(classes)), make([]int, len(classes))
			for i, c := range classes {
				sum, h, from := sums[k][i], stays, i
				if between[k] > sum {
					sum, h = between[k], blanks
				}
				if k > 0 {
					if s, of := largest(sums[k-1], indexOf(allowed[k-1], c)); s > sum {
						sum, h, from = s, moves, of
					}
				}
				next[k][i], hops[step][k][i], froms[step][k][i] = sum+t.logit(c*lineSteps+step), h, from
			}
		}
		between, sums = nextBetween, next
	}
	return traced(t, allowed, between, sums, hops, froms, fromBlank, lastOf)
}

// largest is the largest of sums and where it is, of equals the first; one position is left out.
func largest(sums []int64, without int) (int64, int) {
	best, at := int64(never), 0
	for i, s := range sums {
		if i != without && s > best {
			best, at = s, i
		}
	}
	return best, at
}

func indexOf(classes []int, c int) int {
	for i, have := range classes {
		if have == c {
			return i
		}
	}
	return -1
}

// traced follows the best path back, and collects its characters.
func traced(t Output, allowed [][]int, between []int64, sums [][]int64, hops [][][]hop, froms [][][]int, fromBlank [][]bool, lastOf [][]int) line {
	places := len(allowed)
	end, at := largest(sums[places-1], -1)
	k, inBlank := places-1, false
	if between[places] > end {
		inBlank = true
	}
	text, sure := make([]byte, places), make([]int64, places)
	logits := make([]int64, len(alphabet))
	for step := lineSteps - 1; step >= 0; step-- {
		if inBlank {
			behind := k + 1
			if fromBlank[step][behind] || behind == 0 {
				continue
			}
			inBlank, at = false, lastOf[step][behind]
			continue
		}
		c := allowed[k][at]
		for i := range logits {
			logits[i] = t.logit(i*lineSteps + step)
		}
		text[k], sure[k] = alphabet[c], max(sure[k], fixed.Share(logits, c))
		switch hops[step][k][at] {
		case blanks:
			k, inBlank = k-1, true
		case moves:
			at = froms[step][k][at]
			k--
		}
	}
	return line{text: string(text), sure: sure}
}
