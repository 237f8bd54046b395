// Package faults holds the test that every analyzer finds what it is there for: seeded faults in the shapes that real
// programs have them, each marked with what is said of it, and the same intents done right, of which nothing is said.
package faults
