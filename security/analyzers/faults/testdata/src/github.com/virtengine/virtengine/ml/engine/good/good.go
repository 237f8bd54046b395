// Package good computes the same on every machine.
package good

import "math"

func sum(x, y, z float32) float32 { return float32(x*y) + z }

func whole(x, y, z int64) int64 { return x*y + z }

func root(x float64) float64 { return math.Sqrt(math.Abs(x)) }

func tau(x float64) float64 { return x + 2*math.Pi }

type float interface{ float32 | float64 }

func generic[T float](a, b, c T) T { return T(a*b) - c }

func copied(all map[string]float64) map[string]float64 {
	out := map[string]float64{}
	for name, v := range all {
		out[name] = v
	}
	return out
}
