package entropytest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
)

// ErrNotATest says that somebody uses predictable randomness outside a test.
var ErrNotATest = errors.New("predictable randomness outside a test")

// Reader returns bytes that follow from seed. Safe for concurrent use, though then the order of callers decides who gets
// which. Where there is no test, its reads fail with ErrNotATest.
func Reader(tb testing.TB, seed uint64) io.Reader {
	return reader(tb != nil, testing.Testing(), seed)
}

func reader(hasTest, isTest bool, seed uint64) io.Reader {
	if !hasTest || !isTest {
		return refusal{fmt.Errorf("%w; hint: use entropy.Reader()", ErrNotATest)}
	}
	var key [32]byte
	copy(key[8:], "entropytest")
	binary.LittleEndian.PutUint64(key[:], seed)
	return &seeded{from: rand.NewChaCha8(key)}
}

type refusal struct{ err error }

func (r refusal) Read([]byte) (int, error) { return 0, r.err }

type seeded struct {
	mu   sync.Mutex
	from *rand.ChaCha8
}

func (s *seeded) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.from.Read(p)
}
