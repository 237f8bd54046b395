package pipeline

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/mrz"
)

// spoken is what the model would say of a text, four steps a character: it is sure of each, but of those where it doubts, of
// which it says two characters nearly alike.
func spoken(text string, doubts map[int]byte) Output {
	out := Output{Data: make([]int32, len(alphabet)*lineSteps), Scale: 1 << 8}
	set := func(step int, c byte, logit int32) {
		out.Data[strings.IndexByte(alphabet, c)*lineSteps+step] = logit << 16
	}
	for step := range lineSteps {
		set(step, '_', 4)
	}
	for i := range len(text) {
		step := 4*i + 1
		set(step, '_', 0)
		set(step, text[i], 8)
		if other, ok := doubts[i]; ok {
			set(step, other, 9)
		}
	}
	return out
}

const second = "7408122F1204159UTO<<<<<<<<<<<6"

func TestALineOfTheZoneIsReadToItsLength(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		said   Output
		want   string
	}{
		"Sure":             {"what is clear stays so", spoken(second, nil), second},
		"RoundSign":        {"in a date a round sign is a zero", spoken(second, map[int]byte{2: 'O', 9: 'Z'}), second},
		"LetterOfState":    {"in a state it is a letter", spoken(second, map[int]byte{17: '0'}), second},
		"CheckDigit":       {"a check digit is no letter", spoken(second, map[int]byte{29: 'G'}), second},
		"TwoDigitsAlike":   {"where both may stand, the model is believed", spoken(second, map[int]byte{0: '1'}), "1" + second[1:]},
		"FillerOnLastLine": {"no space and no point stand in a zone", spoken(second, map[int]byte{20: ' ', 21: '.'}), second},
	} {
		t.Run(name, func(t *testing.T) {
			got := exactly(tc.said, zoneClasses(1))
			require.Equal(t, tc.want, got.text, tc.reason)
			require.Len(t, got.sure, mrz.Width)
		})
	}
}

func TestAMissingFillerIsFoundAgain(t *testing.T) {
	said := spoken(second, nil)
	for _, step := range []int{4*20 + 1, 4*21 + 1} { // two fillers that the model hardly saw
		said.Data[strings.IndexByte(alphabet, '<')*lineSteps+step] = 1 << 16
		said.Data[step] = 3 << 16
	}
	require.Len(t, greedy(said).text, mrz.Width-2, "taken step by step, two are lost")
	require.Equal(t, second, exactly(said, zoneClasses(1)).text)
}

// TestNoTextIsLikelier holds the search against all texts and all ways to say them.
func TestNoTextIsLikelier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const steps = 6
		out := Output{Data: make([]int32, len(alphabet)*lineSteps), Scale: 1 << 8}
		few := []int{1, 2, 3}
		for step := range lineSteps {
			for _, c := range append([]int{0}, few...) {
				if step < steps {
					out.Data[c*lineSteps+step] = rapid.Int32Range(-50, 50).Draw(t, "logit") << 8
				} else if c != 0 {
					out.Data[c*lineSteps+step] = -1 << 26 // nothing is said any more
				}
			}
		}
		places := rapid.IntRange(1, 3).Draw(t, "places")
		allowed := make([][]int, places)
		for k := range allowed {
			allowed[k] = few[:rapid.IntRange(1, 3).Draw(t, "classes")]
		}
		best := int64(never)
		var at []string
		var try func(step int, path []int, sum int64)
		try = func(step int, path []int, sum int64) {
			if step == steps {
				if text, ok := collapsed(path, allowed); ok && sum >= best {
					if sum > best {
						best, at = sum, nil
					}
					at = append(at, text)
				}
				return
			}
			for _, c := range append([]int{0}, few...) {
				try(step+1, append(path, c), sum+out.logit(c*lineSteps+step))
			}
		}
		try(0, make([]int, 0, steps), 0)
		if best == never {
			return // so few steps say no such text
		}
		require.Contains(t, at, exactly(out, allowed).text)
	})
}

// collapsed is the text of a path, where it has one character at each place and only allowed ones.
func collapsed(path []int, allowed [][]int) (string, bool) {
	var text []byte
	last := 0
	for _, c := range path {
		if c != 0 && c != last {
			if len(text) == len(allowed) || !slices.Contains(allowed[len(text)], c) {
				return "", false
			}
			text = append(text, alphabet[c])
		}
		last = c
	}
	return string(text), len(text) == len(allowed)
}
