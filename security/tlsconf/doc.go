// Package tlsconf makes TLS settings.
//
// Guarantee: connections are TLS 1.3; a server shows exactly the certificate it was given; a client that pins accepts
// exactly the certificates it was given, in their validity period, and no other, whoever signed it. Threats: downgrade,
// a certificate from a public authority for a hijacked name (pins do not look at authorities), an expired or replaced key.
package tlsconf
