package liveness

import (
	"testing"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func BenchmarkSequence(b *testing.B) {
	s := stream.New(1, "bench", 0)
	p := face.NewPerson(1, 1)
	for k := Live; k < Kinds; k++ {
		b.Run(k.String(), func(b *testing.B) {
			for b.Loop() {
				Sequence(p, k, s)
			}
		})
	}
}
