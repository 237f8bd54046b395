// Package tlsconf makes TLS settings.
//
// Guarantee:
//   - Connections are TLS 1.3 (RFC 8446), or there are none.
//   - A server shows exactly the certificate it was given. With a Reloader that is the newest good pair in its files; a
//     pair that does not parse, does not fit together or is outside its validity period never replaces a good one.
//   - A client that pins accepts exactly the certificates, or keys, it was given, in their validity period, and no other,
//     whoever signed it. A client that asks authorities asks those it was given, or with Client the machine's.
//   - A server that asks for client certificates talks to nobody without a good one.
//   - Every connection proves both sides anew. Sessions are never resumed, so a pin that was taken back, or a certificate
//     that ran out, counts for the next connection and not some days later.
//
// Threats: downgrade, a certificate from a public authority for a hijacked name (pins do not look at authorities), an
// expired or replaced key, a session ticket that outlives the trust in who got it, a half-written certificate file at
// renewal, a private key that others can read or that is printed with a struct.
//
// It does not protect connections that are open already: a certificate that runs out, or a pin that is taken back, ends
// none of them. Revocation lists and OCSP are not asked; short lives and pins take their place. A server whose last good
// pair has run out still shows it, and says so through Report, since only the client's clock decides.
package tlsconf
