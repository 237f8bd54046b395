// Package signature signs manifests of model packs, and says who did.
//
// Guarantee: a signature is Ed25519 (RFC 8032) over a DSSE pre-authentication encoding with our payload type, so it counts for the
// manifest of a pack and for nothing else. Trust.Check counts keys, not signatures: a threshold of two needs two of the trusted
// keys, however often one of them signed, and signatures by others count for nothing. A private key leaves neither this package nor
// package secret; it is not printed.
//
// Two forms: the DSSE envelope (github.com/secure-systems-lab/dsse, protocol.md and envelope.md), which holds any number of
// signatures and lies in a pack as signatures.json; and the bundle of sigstore (media type
// application/vnd.dev.sigstore.bundle.v0.3+json) around an envelope with one signature, by which signers who never meet hand
// their signatures over. A bundle of ours names its key by hint. It has no transparency log entry and no timestamp: nothing here
// talks to a log, so a bundle does not show when it was made, or that others could have seen it. A bundle that holds such entries,
// or a certificate, is refused, since we would have to say that we did not check them.
//
// Threats: a signature for something else, passed off as one for a pack; one signer who counts twice; a key that others can read; a
// second reading of the same JSON.
//
// It does not protect from a trusted key that was stolen: there is no list of revoked keys, trust is what the caller's list says.
package signature
