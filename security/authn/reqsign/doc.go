// Package reqsign signs HTTP requests between services, and checks them.
//
// Guarantee: a request that Verify accepts was signed, as it stands, by the key it names: method, host, path, query,
// Content-Type and body, within the window around now, and no other request with its nonce was accepted. What has two
// readings is refused rather than read: see [Verifier.Verify] for the list.
//
// A signed request carries five headers, each once:
//
//	Ve-Sig-Version: 1
//	Ve-Sig-Key:     who signs, as in account:ve1... or service:indexer; 1 to 128 of A-Z a-z 0-9 : . _ -
//	Ve-Sig-Time:    Unix seconds, decimal
//	Ve-Sig-Nonce:   16 to 64 characters of A-Z a-z 0-9 _ -, never used again with this key
//	Ve-Sig-Value:   base64url without padding of the signature, 64 bytes
//
// What is signed are these lines, each ended by a line feed, none of which can hold one:
//
//	virtengine-request
//	1                                  the version
//	POST                               the method, capitals
//	provider.example.org:8443          the Host header, lower case, with its port if there is one
//	/lease/7/manifest                  the path as sent, still escaped
//	a=1&a=0&b=x+y                      the query's pairs, sorted by name; pairs of one name stay in their order
//	application/json                   the Content-Type as sent; empty if there is none
//	e3b0c442...                        SHA-256 of the body, hexadecimal
//	account:ve1...                     Ve-Sig-Key
//	1767268800                         Ve-Sig-Time
//	JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP   Ve-Sig-Nonce
//
// The key decides the algorithm, never the request: an account's is ES256K (ECDSA on secp256k1 with SHA-256, low s), a
// service's is Ed25519 (RFC 8032).
//
// Threats: a request changed on its way by a proxy or cache, sent again, sent to another server or route, a parameter
// smuggled in where signer and handler read differently, an algorithm chosen by the attacker, memory filled with bodies or
// nonces of strangers, which are looked at only after their signature.
//
// It does not keep requests secret (TLS does), and answers are not signed. Other headers are not signed: a handler must not
// decide by them. It does not say what a key may do. The order among pairs of different names is not signed. Two servers
// that share a host and keep a replay store each accept a request once each.
package reqsign
