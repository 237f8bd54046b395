// Package entropy is where randomness comes from: keys, nonces, tokens, unguessable names, picks nobody may predict, and
// pauses between retries.
//
// Guarantee: every value comes from the operating system's generator (getrandom(2), by way of crypto/rand), or from the
// reader that a caller named on purpose with From. Picks from a range are unbiased: each value is exactly as likely as
// any other. A source that fails, ends early or repeats itself forever is an error, never a short or a zero value. The
// predictable reader of tests is another package, entropytest, and answers with errors outside a test binary.
//
// Threats: guessable tokens and keys (math/rand, the clock, a process id), modulo bias, a short read taken for a full
// one, a test's seed in a release.
//
// It does not protect from a kernel whose generator is broken or from a virtual machine that was copied while running;
// Linux reseeds after such a copy where the hypervisor tells it (vmgenid). It does not judge a reader passed to From.
// It does not wipe what it returned: callers do, with package secret.
//
// Jitter draws from the same generator although nobody attacks a pause. The cost does not matter, since a retry already
// costs a round trip, and one rule without exceptions is easier to keep, and to check by machine, than two.
// Only Simulation is no secret, says so in its name, and is repeatable for that reason.
package entropy
