// Package bad computes with numbers that do not fit, in ways that were found in the wild.
package bad

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"time"
)

// A length field of a stranger becomes a negative length.
func length(b []byte) []byte {
	n := int32(binary.BigEndian.Uint32(b)) // want `int32 of uint32 .*: not every number fits; use safemath.To`
	return make([]byte, n)
}

// A port parsed with too many bits: 65616 is 80.
func port(s string) (uint16, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, err
	}
	return uint16(n), nil // want `uint16 of int n: not every number fits`
}

// Parsed in 64 bits, kept in 32.
func replicas(s string) (int32, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	return int32(n), err // want `int32 of int64 n`
}

// A negative amount becomes the largest there is.
func credit(balance, change int64) uint64 {
	return uint64(balance - change) // want `uint64 of int64 balance - change`
}

// The check is on the other end.
func half(n int64) uint32 {
	if n > math.MaxUint32 {
		return 0
	}
	return uint32(n) // want `uint32 of int64 n`
}

// The check comes before the number changes.
func late(n uint64) uint8 {
	if n > 255 {
		return 0
	}
	n += 256
	return uint8(n) // want `uint8 of uint64 n`
}

// The check holds for the first turn only.
func turns(n uint64) (out []uint8) {
	if n > 255 {
		return nil
	}
	for range 300 {
		out = append(out, uint8(n)) // want `uint8 of uint64 n`
		n++
	}
	return out
}

// The product wraps in 32 bits and is widened when it is too late.
func cost(price, count uint32) uint64 {
	return uint64(price * count) // want `\* is computed as uint32 and may have wrapped before it becomes uint64`
}

// So does a sum of times.
func later(start, seconds int32) int64 {
	return int64(start + seconds) // want `\+ is computed as int32 and may have wrapped`
}

// An image of 65536 by 65536 has no bytes.
func pixels(width, height uint32) []byte {
	return make([]byte, width*height) // want `a size that may wrap`
}

// A shift does the same.
func pages(n int) []byte {
	return make([]byte, n<<12) // want `a size that may wrap`
}

// What a float becomes that does not fit differs between machines.
func seconds(f float64) int64 {
	return int64(f) // want `int64 of a float`
}

// A price of many digits, cut off.
func wei(text string) int64 {
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return 0
	}
	return n.Int64() // want `math/big.Int.Int64 where the number may not fit: ask IsInt64 before`
}

// A time-out of years becomes one in the past.
func timeout(seconds uint64) time.Duration {
	return time.Duration(seconds) * time.Second // want `time.Duration of uint64 seconds`
}

// A generic conversion is one to the narrowest type it is used with.
func narrow[T int8 | int64](n uint64) T {
	return T(n) // want `T of uint64 n`
}

// The other branch is the one that was checked.
func branch(n int) uint8 {
	if n >= 0 && n < 256 {
		return 0
	} else {
		return uint8(n) // want `uint8 of int n`
	}
}

// One condition or the other is not both.
func either(n int) uint8 {
	if n < 0 && n > 255 {
		return 0
	}
	return uint8(n) // want `uint8 of int n`
}
