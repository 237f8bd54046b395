package text

import (
	"testing"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func BenchmarkLine(b *testing.B) {
	s := stream.New(1, "bench", 0)
	for b.Loop() {
		Line(s)
	}
}
