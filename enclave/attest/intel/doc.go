// Package intel verifies quotes of Intel SGX and Intel TDX, for consensus and for people.
//
// Guarantee: accepted evidence was signed by an attestation key that a quoting enclave of Intel certified, on a platform
// whose PCK certificate leads to a pinned root, and Intel's TCB info and QE identity, signed by Intel's TCB signer and in
// force at the given time, say in which state that platform is. Where Intel's revocation lists are given, none of the
// certificates is on them. Debug enclaves and TDs, and enclaves that may ask for provisioning or launch keys, are
// refused whatever a policy says. Intel's word for the platform, out of date and revoked ones too, is a claim for a
// policy to judge: see DefaultPolicy.
//
// A quote ends where its length field says. Zero bytes behind it, as some quote generation services leave them, are
// TrailingBytes here; senders cut them off with quote.Unpad. Behind the PEM chain inside, one NUL may stand or not, as
// genuine quotes have it. Of a quote that is accepted nothing can be changed but what no signature covers: that NUL, the
// white space of the PEM text, and s of the signatures of quote and QE report, which n-s may replace. Of collateral it is
// the white space around the signed object and the case of the digits of its signature. None of them is part of a claim:
// the id of a statement is that of its header and body.
//
// Revocation lists are optional for the verifier and stated as a fact, crl_checked, which is 1 only where both the list
// of Intel's root and that of the PCK's issuer were there. A policy of the chain asks for it.
//
// Not read: EPID quotes, certification data without a certificate chain (types 1 to 4, 7), SGX quotes of version 4 and
// 5, TCB info below version 3.
package intel
