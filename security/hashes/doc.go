// Package hashes makes digests, and says which ones there are.
//
// Guarantee: only SHA-2 and SHA-3 of 256 bits or more (FIPS 180-4, FIPS 202) can be named. A digest carries the name of
// its algorithm, so one is never taken for another's, and has one text form, so equal texts are equal digests and other
// texts are none. Comparing takes the same time wherever two values differ. A stream is read up to its limit and no
// further. Two different lists of fields never give the same Transcript, whatever their contents.
//
// Threats: collisions made for MD5 and SHA-1, one digest written in two ways, secrets guessed byte by byte from timing,
// ("ab", "c") passing for ("a", "bc"), a digest for one purpose used for another, endless input.
//
// It does not store passwords: those need a slow function (package secret). Digest, Of and Transcript prove nothing about
// who made them, and with a secret inside SHA-2 can be extended by others: that is what MAC is for. A Digest is public;
// its == is not constant-time, Equal is.
package hashes
