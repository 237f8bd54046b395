package i8

import (
	"testing"
	"time"
)

// BenchmarkDot prints rates beside what the processor can do at most, measured in the same run. It is one row of a convolution, 3x3 over 64 channels: 48 pixels, 16 outputs, with requantization.
func BenchmarkDot(b *testing.B) {
	const pixels, channels = 48, 64
	for _, s := range Available() {
		b.Run(s.Name(), func(b *testing.B) {
			var offsets []int32
			for y := range int32(3) {
				for x := range int32(3) {
					offsets = append(offsets, (y*(pixels+2)+x)*channels)
				}
			}
			taps, err := NewTaps(offsets)
			if err != nil {
				b.Fatal(err)
			}
			a, acc, out := make([]int8, 3*(pixels+2)*channels), make([]int32, pixels*Lanes), make([]int8, pixels*Lanes)
			p := s.Pack(9, channels/4, [Lanes]int32{}, func(t, c, o int) int8 { return 3 })
			q := NewScale([Lanes]int32{}, [Lanes]int8{}, -128, 127)
			for b.Loop() {
				if s.Dot(acc, pixels, a, channels, taps, p) != nil || s.Requant(out, Lanes, acc, pixels, q) != nil {
					b.Fatal("refused")
				}
			}
			const macs = 9 * channels * pixels * Lanes
			took := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric(2*macs/float64(took.Nanoseconds()), "GOP/s")
			begin := time.Now()
			if least, err := PeakTime(s, macs, func() time.Duration { return time.Since(begin) }); err == nil {
				b.ReportMetric(100*float64(least)/float64(took), "%-of-peak")
			}
		})
	}
}
