// Package challenge lets the owner of an account prove with a wallet that it is his, by ADR-36 of the Cosmos SDK.
//
// Guarantee: when Verify returns a challenge, the holder of the account's key signed its text, which this issuer had
// issued to that account, for this audience and purpose, not longer ago than its life; and no other call returned it. The
// text is what the wallet shows, word by word, and each part of it is checked: it has one form, and a seal (HMAC-SHA256)
// that only holders of the issuer's key can make. The signature cannot be a transaction: no chain has the empty id.
//
// Threats: a signature made earlier, elsewhere or for another purpose; one that is presented twice, also after a crash;
// a text that an attacker wrote himself and had signed; a second form of a signature (high s); a key that is not the
// account's; multisigs and kinds of keys whose addresses or signatures mean something else; memory filled by asking for
// challenges.
//
// It does not protect a person who signs for whoever asks: a site between him and us can pass our challenge on. The text
// names the audience for that reason, and wallets show the origin that asks beside it. It does not know whether the account
// exists on the chain, nor who owns the account's multisig; it does not limit how often strangers ask (ratelimit does). A
// wallet that signs unseen text for every site is beyond help. Ledger devices may show the text in base64 only.
package challenge
