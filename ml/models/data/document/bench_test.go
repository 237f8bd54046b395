package document

import (
	"testing"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func BenchmarkRectified(b *testing.B) {
	s := stream.New(1, "bench", 0)
	h := NewHolder(1, 1)
	for b.Loop() {
		if _, _, err := Rectified(h, RandomCondition(s)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSmall(b *testing.B) {
	s := stream.New(1, "bench", 0)
	h := NewHolder(1, 1)
	for b.Loop() {
		if _, _, err := Small(h, RandomCondition(s), 144, 96); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPhotographed(b *testing.B) {
	s := stream.New(1, "bench", 0)
	h := NewHolder(1, 1)
	for b.Loop() {
		if _, _, err := Photographed(h, RandomCondition(s), 480, 360); err != nil {
			b.Fatal(err)
		}
	}
}
