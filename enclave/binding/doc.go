// Package binding ties evidence to one chain, one operator, one purpose, one pair of keys and one moment: for consensus,
// which computes what evidence must carry, and for enclaves, which ask their platform to sign it.
//
// Guarantee: two bindings that differ in any field differ in their 64 bytes, since every field stands behind its length and
// numbers have one width. Fields have fixed lengths or caps, so a key is never taken for another KEM's. Each platform has one
// place for the bytes. So evidence that somebody else made, for other keys, for another chain or long ago does not match.
//
// It does not say that the challenge is fresh: who gave it knows, the chain by its ring of header hashes, a releaser of keys
// by its list of nonces.
package binding
