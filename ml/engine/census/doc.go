// Package census holds the proof that no compiler fuses a product into a sum in the engine: a test that reads the assembly
// of the engine's packages for six targets. An analyzer (security/analyzers/determinism) names the line earlier; the
// assembly is the proof.
package census
