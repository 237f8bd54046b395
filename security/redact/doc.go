// Package redact holds the one list of what never reaches a log, and takes it out.
//
// Guarantee: what passes through Handler, String, URL or Headers has [redacted] in the place of
//   - every value whose key names a secret (Key), at any depth of groups, structs, maps and slices, and in text: as
//     key=value, "key":"value", key: value (but see below), --key value, in a URL's query, a header line or a connection string;
//   - every value that looks like a secret whatever its key is: private keys in PEM, age identities, JSON web tokens,
//     tokens of well-known services, bearer and basic credentials, passwords in URLs, recovery phrases (12 or more
//     successive words of BIP-39's English list);
//   - e-mail addresses and telephone numbers in international form (+ and 8 to 15 digits).
//
// Redacting twice changes nothing more. Work per record is bounded: text above MaxText and values above MaxNodes or
// MaxDepth are left out whole, as [cut], since half a secret is found by no pattern. A value whose methods panic is
// logged as such and ends nothing.
//
// Threats: secrets and personal data in log files, support bundles and log servers, by way of an error text, a header, a
// URL, a configuration printed for debugging, or a struct that gained a field.
//
// It does not know a secret that has neither a telling key nor a telling shape: 64 hexadecimal digits are a private key or
// a digest, and "the password is hunter2" is a sentence. So it is the second net; the first is to hold secrets in the
// types of package secret, which never print. An unquoted value in text ends at white space, " or &; a secret with one of
// these inside is masked up to there. "token: expired" and "/run/password: permission denied" are sentences more often than
// secrets, so behind a weak word, or a path, a colon is followed by a secret only if it has a digit or 20 bytes. Encoded
// text (base64 of a password) is not decoded, except in HTTP basic credentials. Names, bank and card numbers are not
// looked for: patterns for them hit block heights and amounts.
package redact
