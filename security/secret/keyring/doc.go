// Package keyring keeps secrets in one encrypted file: the source of keyring:NAME and keyring:NAME@VERSION.
//
// Guarantee: without the key nobody reads a name, a value or a version out of the file, and a changed byte is found
// before anything of the file is used. A change is on disk whole or not at all, two writers do not lose each other's
// changes, and the last versions of a secret stay for a rollback. The file belongs to us alone (mode 0600).
//
// Threats: a stolen disk, backup or image; a torn write; a value overwritten by mistake.
//
// The file is in the age format (age-encryption.org/v1), by filippo.io/age, and was chosen over a format of our own from
// Argon2id and XChaCha20-Poly1305. That one would bind the file to a passphrase more tightly, since Argon2id costs an
// attacker more than age's scrypt (256 MiB and about a second per guess here). But in age every part that is easy to get
// wrong is specified, reviewed and tested by others: the header's authentication, the nonces, the limits of the work
// factor. And whoever has the key gets the secrets out with the age program alone, also when nothing of ours runs. The
// better answer to guessing is no passphrase: an X25519 identity has nothing to guess, and is what daemons should use,
// from credential:NAME or file:PATH.
//
// It does not protect from somebody who has the key, or who reads the memory of a program that has opened the keyring.
// With a passphrase, whoever can write the file but lacks the passphrase can put back an older file of ours, and no more.
// With an identity, he who knows its public half, which the file does not tell, can also make a file of his own that we
// open: the directory must be ours. The file's length tells about how much is in it. Randomness is age's own, the
// operating system's.
package keyring
