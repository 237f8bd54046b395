package entropy

import "math/rand/v2"

// Numbers is what Simulation returns.
type Numbers = rand.Rand

// Simulation returns repeatable numbers for load generators and simulations: same seed and stream, same numbers (PCG).
// Anyone can predict them, so nothing drawn here may be a key, a token, a nonce or a pick that somebody gains by knowing.
// Not for concurrent use; give each goroutine a stream of its own.
func Simulation(seed, stream uint64) *Numbers { return rand.New(rand.NewPCG(seed, stream)) }
