// Package pki checks the short, fixed certificate paths of vendors of trusted hardware.
//
// Guarantee: a path is as long as its vendor makes it, ends in a root whose bytes are pinned, and every certificate in it
// was valid at the given time, signed by the next one with an algorithm that the vendor uses, and allowed to sign. Nothing
// is looked up, guessed or fetched, and no path is built from a heap of certificates by trial.
//
// crypto/x509 parses; its path building is not used, since that reads system roots and differs between releases of Go.
package pki
