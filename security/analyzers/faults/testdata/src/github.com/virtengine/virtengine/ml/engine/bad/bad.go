// Package bad computes what another machine computes otherwise.
package bad

import (
	"math"
	"os"
	"runtime"
	"time"
)

func sum(x, y, z float32) float32 { return x*y + z } // want `a product that some machines fuse into a sum`

func later(x, y, z float64) float64 {
	t := x * y // want `a product that some machines fuse`
	return t - z
}

func decay(p float64) float64 {
	p *= 0.9 // want `write p = float64`
	return 1 - p
}

type float interface{ float32 | float64 }

func generic[T float](a, b, c T) T { return a*b - c } // want `a product that some machines fuse`

func e(x float64) float64 { return math.Exp(x) } // want `math.Exp differs between architectures`

func fused(x, y, z float64) float64 { return math.FMA(x, y, z) } // want `math.FMA differs`

var power = math.Pow // want `math.Pow differs`

func total(all map[string]float64) (s float64) {
	for _, v := range all { // want `range over a map`
		s += v
	}
	return s
}

func workers() int { return runtime.NumCPU() } // want `runtime.NumCPU`

func seed() int64 { return time.Now().UnixNano() } // want `time.Now`

func setting() string { return os.Getenv("KERNEL") } // want `os.Getenv`
