// Package tpm2 verifies quotes of TPM 2.0, for consensus and for people.
//
// Guarantee: an accepted quote was signed by the attestation key in its runtime, that key is a restricted signing key which
// was made inside a TPM and cannot leave it (as its public area states), and the PCR values beside the quote have the digest
// that was signed. For evidence.TPM2 a certificate of a pinned maker names this very attestation key.
//
// What ties the attestation key to the chip decides what the public area's statement is worth. Credential activation needs
// a conversation, which consensus has not. So there are two modes:
//
//   - evidence.TPM2: the leaf among the endorsements is a certificate of the attestation key. Fact ak_certified is 1, and
//     all claims are the TPM's.
//   - evidence.SoftTPM: the leaf may also be the certificate of an endorsement key. Then fact ak_certified is 0: the
//     certificate is genuine, but nothing proves that the attestation key lives in the same TPM; anybody who has seen the
//     certificate can make such evidence. It is for development chains, whose constructor is given the root of a local
//     swtpm authority. No root of a TPM in software is pinned anywhere.
//
// The public area is no part of what is signed, but its name is: fact ak_named is 1 where the quote's qualified signer is that
// of this public area as a primary key, and then every byte of it is the TPM's word. Of a key below another one (0) the
// attributes are the sender's word, and only the certificate's maker says what key it is. Policies should ask for ak_named.
//
// Body is TPM2B_ATTEST followed by TPMT_SIGNATURE. Runtime is TPM2B_PUBLIC of the attestation key followed by the values of
// the quoted PCRs in the order of the quote's selection (banks as listed, indexes ascending), without anything between.
// Banks: SHA-256, SHA-384, SHA-512. SHA-1 is refused. Signatures: ECDSA on P-256 and P-384 and RSASSA of 2048 to 4096 bits,
// with SHA-256 or SHA-384. All structures: TPM 2.0 Library, Part 2.
package tpm2
