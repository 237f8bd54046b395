package text_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/gray/graytest"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text"
	"github.com/virtengine/virtengine/ml/models/data/text/typeface"
)

func TestLinesStayTheSame(t *testing.T) {
	var samples []graytest.Sample
	for i := range uint64(20) {
		m, words := text.Line(stream.New(1, "text/digest", i))
		samples = append(samples, graytest.Image(words, m, words))
	}
	graytest.Digests(t, samples...)
}

func TestEveryLineIsReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, words := text.Line(stream.New(rapid.Uint64().Draw(t, "seed"), "text/test", 0))
		if m.W != text.Width || m.H != text.Height || len(m.Pix) != text.Width*text.Height {
			t.Fatalf("%d×%d", m.W, m.H)
		}
		if len(words) < 1 || len(words) > text.Most || strings.Trim(words, " ") != words {
			t.Fatalf("%q", words)
		}
		for i := range len(words) {
			if typeface.Class(words[i]) == 0 {
				t.Fatalf("%q holds what the net has no class for", words)
			}
		}
	})
}

// A line's ink must be where its length says: ink is found between the first and the last tenth of what is written.
func TestInkIsInside(t *testing.T) {
	outside := 0
	const n = 400
	for i := range uint64(n) {
		m, words := text.Line(stream.New(2, "text/ink", i))
		if len(words) < 3 {
			continue
		}
		if spread(m.Crop(2, 3, 60, 18)) < 12 {
			outside++
		}
	}
	require.Less(t, outside, n/20, "of %d lines, this many show nothing at their start", n)
}

func spread(m gray.Image) int {
	low, high := 255, 0
	for _, p := range m.Pix {
		low, high = min(low, int(p)), max(high, int(p))
	}
	return high - low
}

func TestWavesTakeAnyPattern(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(-1<<20, 1<<20)
		m := gray.New(17, 9)
		text.Waves(m, text.Pattern{Period: number.Draw(t, "period"), Bend: number.Draw(t, "bend"), Along: number.Draw(t, "along"), Angle: number.Draw(t, "angle"), Depth: number.Draw(t, "depth")})
	})
}
