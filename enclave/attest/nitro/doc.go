// Package nitro verifies attestation documents of AWS Nitro Enclaves: COSE_Sign1 (RFC 9052), tagged 18 or bare, ES384,
// over a CBOR map as the AWS Nitro Enclaves NSM API documents it, with maps of definite or indefinite length.
//
// Guarantee: a document is accepted only if its certificates, root first as AWS sends them, lead from a pinned root to
// the key that signed it, all in force at the given time, and if PCR0 to PCR2 are not all zero, which is how an enclave
// in debug mode looks. Keys of the map that are not known are signed too, and not read. It reads no clock and no network.
package nitro
