// Package authn proves who sends a request. It holds tokens and the keys and signatures of accounts; the packages below it
// hold the rest:
//
//	authn            tokens: short-lived, for one audience, with scopes on leases
//	authn/challenge  a wallet proves that an account is its owner's (ADR-36)
//	authn/reqsign    services and accounts sign single HTTP requests
//	authn/replay     what may be used once is remembered, across crashes too
//
// Guarantee of a token: one that Verify accepts was signed by the key of the account it names, for this audience alone, is
// in its validity period of at most MaxLife (clocks may differ by thirty seconds), and allows exactly the scopes it lists.
// It has one form, that of Issue, to the byte: what is accepted says the same to every reader. Nothing but ES256K (RFC
// 8812) is an algorithm, and header and claims beyond ours are refused, crit among them (RFC 7515).
// Threats: a stolen token (short life, one audience, scoped to leases), a forged one (ES256K over the whole claim set,
// one algorithm, no "none", no key from the token), one made for another provider, one that readers understand
// differently (duplicate or unknown claims, floats, escapes, line feeds in base64), memory and stack of the parser.
//
// Guarantee of a challenge: the account's key signed this text of ours, once, now. Threats: signatures made earlier or
// elsewhere, or for something else. See package challenge.
//
// Guarantee of a signed request: it stands as it was signed, and is accepted once. Threats: changes on the way, replays,
// smuggling. See package reqsign.
//
// Guarantee of a signature of an account (VerifyAccount): it is in its one form (64 bytes, r below the order, low s) and of
// a single secp256k1 key; multisigs and other kinds are refused by AccountKey. Threats: malleable signatures, keys whose
// signatures mean something else.
//
// What it does not protect against: a token is good for whoever holds it until it expires, as often as he likes, and there
// is no list of revoked ones; where that is too much, requests are signed. Who has an account's key is the account. A token
// with a known issuer costs one question to the chain before its signature is known to be wrong: limit strangers with
// package ratelimit. It trusts Accounts to tell an account's own key. It does not say what an account owns.
package authn
