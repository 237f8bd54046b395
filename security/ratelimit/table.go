package ratelimit

import "time"

// table holds, for each key, the time at which its bucket is full again, as a time since the limiter's start. Not for
// concurrent use.
//
// There are two generations. Whoever takes tokens moves to the young one. After the time of a full refill the old one is
// dropped and the young one becomes old: who was in the old one has taken nothing for that long, so his bucket is full.
// That costs nothing per key, where a list ordered by use would cost more memory than the bucket.
type table struct {
	max        int
	refill     time.Duration
	young, old map[string]time.Duration
	turned     time.Duration // when the generations changed
	overflow   time.Duration // when the overflow bucket is full again
}

func newTable(keys int, refill time.Duration) table {
	return table{max: keys, refill: refill, young: map[string]time.Duration{}, old: map[string]time.Duration{}}
}

func (t *table) size() int { return len(t.young) + len(t.old) }

// get returns when a key's bucket is full again. A key without one gets the overflow bucket's time: if the table has room
// that is what the key can have spent at most, and if not it is the bucket that it shares.
func (t *table) get(key string, now time.Duration) time.Duration {
	t.turn(now)
	if full, ok := t.young[key]; ok {
		return full
	}
	if full, ok := t.old[key]; ok {
		return full
	}
	return t.overflow
}

// set notes when a key's bucket, which get has just returned, is full again.
func (t *table) set(key string, full time.Duration) {
	if _, known := t.young[key]; known {
		t.young[key] = full
		return
	}
	if _, known := t.old[key]; known {
		delete(t.old, key)
		t.young[key] = full
		return
	}
	if t.size() < t.max {
		t.young[key] = full
		return
	}
	t.overflow = full
}

// turn drops the generation whose buckets are full.
func (t *table) turn(now time.Duration) {
	if now-t.turned < t.refill {
		return
	}
	if now-t.turned >= 2*t.refill {
		t.young = map[string]time.Duration{} // the young one has been quiet for as long
	}
	t.old, t.young = t.young, map[string]time.Duration{}
	t.turned = now
}
