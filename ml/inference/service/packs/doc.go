// Package packs loads model packs for the inference service: what is not verified to the last bit does not run.
//
// Guarantee: every model of a Set comes from a pack whose files have the manifest's digests, whose manifest enough trusted keys
// signed, whose graphs and costs are what it says, and whose conformance triples came out with the same bits on this machine, now.
// One pack that fails is an error for all: there is no Set without it, and no model in its place.
//
// For the command inference-service and for tests.
package packs
