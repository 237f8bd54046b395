// Package entropytest makes randomness that a test can repeat.
//
// Guarantee: what Reader returns reads the same bytes for the same seed on every machine (ChaCha8, which math/rand/v2
// fixes), and reads only inside a test binary: elsewhere every Read fails with ErrNotATest and gives no byte. Two things
// stand in the way of a release: Reader wants a testing.TB, which only the testing package makes, and it asks
// testing.Testing(), which the linker sets when it builds a test.
//
// Threat: a predictable generator behind a key or token in a release.
//
// It does not make crypto/ecdsa, crypto/rsa and the like repeatable: since Go 1.26 their key generation ignores the
// reader that it is given. Tests that need the same key every time keep one in testdata.
package entropytest
