// Package replay remembers what may be used once: nonces of requests, challenges.
//
// Guarantee: of all calls of Remember with one key, at most one succeeds until the time it was remembered for, whoever
// calls at the same moment. For a Disk store this holds across restarts, kill -9 and power failures: when Remember returns
// nil, the key is on disk. What a store cannot remember it refuses: when it is full, when its file cannot be written, when
// a time has passed already, and when a time is so early that the store may have forgotten the key. The last keeps a clock
// that jumped ahead and back again from opening a gap. Memory is bounded by the number of entries that the store was told; the
// file by some three times that.
//
// Threats: a captured request or signature sent a second time, also right after a crash of the server that was provoked
// for it; a store flooded until it forgets; a full disk that turns the check off.
//
// It does not span machines: two servers with a store each accept a key once each, so what is signed must name one
// server. It does not protect from who can write its file, and not from a disk that loses what it reported as written.
// A Memory store forgets everything when the process ends; it is for keys that a restart makes worthless, and for tests.
// Who may fill it decides the caller: check signatures first, so that strangers cannot.
package replay
