// Package bad draws guessable numbers in ways that were found in the wild.
package bad

import (
	crand "crypto/rand"
	"fmt"
	"hash/maphash"
	"math/big"
	"math/rand"
	randv2 "math/rand/v2"
	"time"
)

// A session token anybody can compute.
func token() string {
	r := rand.New(rand.NewSource(time.Now().UnixNano())) // want `math/rand.New:` `math/rand.NewSource`
	return fmt.Sprintf("%x", r.Int63())
}

// A one-time password.
func otp() string { return fmt.Sprintf("%06d", rand.Intn(1_000_000)) } // want `math/rand.Intn`

const letters = "abcdefghijklmnopqrstuvwxyz"

// A password from letters.
func password(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[randv2.IntN(len(letters))] // want `math/rand/v2.IntN`
	}
	return string(b)
}

// Modulo bias, from good bytes.
func biased() int {
	var b [1]byte
	crand.Read(b[:]) // want `crypto/rand.Read`
	return int(b[0]) % 10
}

// A nonce whose short read goes unseen.
func nonce() []byte {
	b := make([]byte, 12)
	_, _ = crand.Reader.Read(b) // want `crypto/rand.Reader`
	return b
}

// A serial number.
func serial() (*big.Int, error) {
	return crand.Int(crand.Reader, big.NewInt(1<<62)) // want `crypto/rand.Int` `crypto/rand.Reader`
}

// A source kept in a struct, handed on as a value.
type picker struct{ r *rand.Rand } // want `math/rand.Rand`

var shuffle = rand.Shuffle // want `math/rand.Shuffle`

// The seed of a map's hash as randomness.
func cheap() uint64 { return new(maphash.Hash).Sum64() } // want `hash/maphash.Hash`

func generic[T any](from []T) T { return from[randv2.N(len(from))] } // want `math/rand/v2.N`

func seeded() *randv2.Rand { return randv2.New(randv2.NewPCG(1, 2)) } // want `math/rand/v2.Rand` `math/rand/v2.New:` `math/rand/v2.NewPCG`
