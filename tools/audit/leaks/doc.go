// Package leaks finds secrets in the files of a repository, of whatever type.
//
// Guarantee: every file that a commit of everything would hold is read to its end, text or not, UTF-8 or UTF-16. Found are
// keys and tokens that have a form of their own, recovery phrases of 12 words or more, passwords in URLs, and drawn text
// that is given to what security/redact takes for a secret's name. What is found is never printed, only where. A place may
// be exempted, by a line of one file with a reason of four words or more that holds for exactly these characters in this
// file; an exemption that exempts nothing is a finding itself.
//
// The analyzer security/analyzers/secrets reads Go code and understands it: constants put together, logs, flags. This
// package reads everything else too, as characters.
//
// Threat: whoever can read the repository, or a copy of it from years ago, has the key.
//
// It does not protect from a secret that looks like words, from one that is encoded once more (base64 of a key, a packed
// archive), nor from one in an earlier commit: that one is to be revoked, whatever the tree says now.
package leaks
