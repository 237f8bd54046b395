// Package packtest makes small packs and keys for tests.
//
// Guarantee: the same bytes at every call, so tests may compare them. Its keys depend on one byte and protect nothing.
//
// For the tests of package pack and of all who read packs.
package packtest
