// Package score turns measured factors into one integer from 0 to 100.
//
// It is arithmetic and nothing else: every number is an integer, nothing depends on an order, a clock or a machine, and
// equal arguments give equal results on every architecture. The figures are parameters (Params); Default holds the ones
// that the protocol recommends.
//
//	score = floor(Σ weight × factor / 10000)       weight: points, all six add up to 100     factor: basis points, 0 to 10000
//
// A gate that fails caps the score below every tier, whatever the rest says. A factor that was not measured is no zero and
// no average: those that only the chain knows (history, risk) are listed as unknown and add nothing, and a missing one of
// the other four is an error.
package score
