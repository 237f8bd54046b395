// Package measure computes which digests a platform should state, from what it was given to run: PCRs of TPMs and RTMRs of
// Intel TDX by replaying an event log, PCR0 to PCR2 of AWS Nitro from an enclave image file.
//
// Guarantee: all input is bounded and no input panics. A replay says what the registers hold if the log is true; only
// comparing it with a verified quote says that it is. Events whose digest can be recomputed from their content are
// recomputed (those of dstack); of the others only the digest is known to be measured, and the text beside it proves
// nothing.
package measure
