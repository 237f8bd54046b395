// Package ratelimit lets each key do so much in so much time: a token bucket per key.
//
// Guarantee: in any window of time of length w, a key gets at most Burst + w / Every tokens, whatever other keys do, also
// while the table of buckets is full and after its bucket was evicted. Arithmetic is exact, in nanoseconds. Memory is
// bounded: at most MaxKeys buckets (BenchmarkMemoryPerKey tells bytes), and a call does a bounded amount of work. A bucket
// is evicted only when it is full again, when it says no more than no bucket.
//
// When the table is full, keys without a bucket share one, the overflow bucket: all strangers together then get what one
// key gets. Keys that have a bucket do not notice. So who rotates through millions of keys gains MaxKeys buckets in the
// time of a full refill, and nothing after; he can make it hard for other newcomers, but not for those who are being
// served, and he cannot make anybody's bucket be forgotten. A key that moves from the overflow bucket to its own takes
// along what the overflow bucket has spent.
//
// Threats: floods from one address or account, guessing of passwords and tokens, a limiter that is itself filled up
// (memory), emptied (eviction of the attacker's own empty bucket), or walked around with the 2^64 addresses that every IPv6
// host has.
//
// It does not protect from many hosts with addresses of their own, nor from a network that owns many /64. It counts in one
// process; two servers allow twice as much. It does not read X-Forwarded-For, which strangers write: behind a proxy, take
// the key from what the proxy proves. It does not survive a restart: then every bucket is full.
package ratelimit
