// Package nitrotest is a cloud that does not exist: with a root of its own it signs attestation documents of any enclave, so that
// tests see what no genuine recording shows. A verifier with Amazon's root takes none of them.
package nitrotest
