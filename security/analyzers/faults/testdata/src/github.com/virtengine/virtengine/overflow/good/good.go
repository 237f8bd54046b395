// Package good does what package bad wants to do.
package good

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"strconv"

	"github.com/virtengine/virtengine/security/safemath"
)

const limit = 1 << 20

var errTooLong = errors.New("too long")

func length(b []byte) ([]byte, error) {
	n := binary.BigEndian.Uint32(b)
	if n > limit {
		return nil, errTooLong
	}
	return make([]byte, int32(n)), nil
}

func port(s string) (uint16, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err
}

func replicas(n int64) (int32, error) { return safemath.To[int32](n) }

func both(n int) (uint8, error) {
	switch {
	case n < 0:
		return 0, errTooLong
	case n > math.MaxUint8:
		return 0, errTooLong
	}
	return uint8(n), nil
}

func inside(n int64) uint32 {
	if n >= 0 && n <= math.MaxUint32 {
		return uint32(n)
	}
	return 0
}

func shortCircuit(n int64) bool { return n >= 0 && uint64(n) < 100 }

func masked(n uint64) [2]byte { return [2]byte{byte(n >> 8 & 0xff), byte(n & 0xff)} }

func digit(n uint64) byte { return '0' + byte(n%10) }

func widened(price, count uint32) uint64 { return uint64(price) * uint64(count) }

func counted(all []string) (out []uint64) {
	for i := range all {
		out = append(out, uint64(i), uint64(len(all)))
	}
	for i := 0; i < 10; i++ {
		out = append(out, uint64(i))
	}
	return out
}

func clamped(n int) uint8 { return uint8(min(max(n, 0), 255)) }

func constant() []byte { return make([]byte, 4<<10) }

func float(f float64) (int64, error) { return safemath.FromFloat[int64](f) }

func wei(n *big.Int) (int64, error) {
	if !n.IsInt64() {
		return 0, errTooLong
	}
	return n.Int64(), nil
}

func exempted(code uint32) int32 {
	return int32(code) //ve:allow overflow the kernel writes negative numbers so
}
