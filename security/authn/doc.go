// Package authn proves who sends a request.
//
// Guarantee: a token that Verify accepts was signed by the account it names, for this audience, is in its validity
// period of at most MaxLife, and allows exactly the scopes it lists. Threats: a stolen token (short life, bound to one
// audience, scoped to leases), a forged one (ES256K over the whole claim set, one algorithm, no "none"), a token made
// for another provider (audience).
package authn
