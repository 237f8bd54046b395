package face

import (
	"testing"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func BenchmarkAligned(b *testing.B) {
	s := stream.New(1, "bench", 0)
	p := NewPerson(1, 1)
	for b.Loop() {
		Aligned(p, RandomCapture(s), s)
	}
}

func BenchmarkScene(b *testing.B) {
	s := stream.New(1, "bench", 0)
	for b.Loop() {
		Scene(s)
	}
}
