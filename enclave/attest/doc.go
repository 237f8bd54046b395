// Package attest decides what a piece of evidence proves: for consensus, for hosts before they pay a fee, and for people.
//
// Guarantee: a verdict depends on its arguments alone. No clock, network, file, environment, randomness or state of the
// process is read; the time is an argument, and a zero time is refused. Roots are bytes pinned in this tree. The same
// arguments give the same claims and the same code on every machine, and no text of a library appears in either.
//
// Two questions are kept apart. A Verifier answers "did this vendor's hardware say this, at a time when its keys were
// good?", and refuses debug modes whatever a policy says. Appraise answers "is what it said good enough for us?", by a
// Policy, which is data. Statements are known by digests of what was signed, never by their raw bytes: signatures can be
// written in more than one way.
package attest
