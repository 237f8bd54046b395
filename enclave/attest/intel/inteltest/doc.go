// Package inteltest is a vendor like Intel, made for tests: its own root, PCK authority and TCB signer, machines with PCK
// certificates, quotes over any report data, TCB info, QE identities and revocation lists of any content.
//
// Guarantee: what it makes has the form of Intel's and verifies against Vendor.Roots alone. A verifier that pins Intel's
// root refuses all of it, so nothing here opens a door: it is for test binaries and development chains.
package inteltest
