// Package bad parts replicas in ways that were found in the wild.
package bad

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"time"
)

type lease struct {
	id      uint64
	ends    time.Time
	price   float64 // want `price is floating point` `float64 is floating point`
	tenants map[string]uint64
}

// The clock of one machine.
func expired(l lease) bool { return time.Now().After(l.ends) } // want `time.Now: replicas' clocks differ`

func age(l lease) time.Duration { return time.Since(l.ends) } // want `time.Since`

var now = time.Now // want `time.Now`

// The environment of one machine.
func fee() string { return os.Getenv("FEE") } // want `os.Getenv`

func workers() int { return runtime.NumCPU() } // want `runtime.NumCPU`

// Money in floating point.
func share(amount uint64) uint64 { return uint64(float64(amount) * 0.025) } // want `float64 is floating point` `floating point differs`

func parse(s string) error {
	_, err := strconv.ParseFloat(s, 64) // want `strconv.ParseFloat`
	return err
}

func root(n uint64) bool { return math.Sqrt(float64(n)) > 3 } // want `math.Sqrt` `float64 is floating point`

// The order of a map.
func first(l lease) string {
	for name := range l.tenants { // want `range over a map`
		return name
	}
	return ""
}

// Collected, and never sorted.
func names(l lease) []string {
	var out []string
	for name := range l.tenants { // want `range over a map`
		out = append(out, name)
	}
	return out
}

// Sorted before, not after.
func early(l lease) []string {
	var out []string
	sort.Strings(out)
	for name := range l.tenants { // want `range over a map`
		out = append(out, name)
	}
	return out
}

func keys(l lease) {
	for name := range maps.Keys(l.tenants) { // want `a map has no order`
		fmt.Println(name)
	}
}

func reflected(v any) []reflect.Value { return reflect.ValueOf(v).MapKeys() } // want `reflect.Value.MapKeys`

// Which of two comes first.
func race(a, b chan uint64) uint64 {
	go func() { a <- 1 }() // want `goroutine` `channel: consensus code`
	select {               // want `select: which of two`
	case n := <-a:
		return n
	case n := <-b:
		return n
	}
}

// Luck, addresses, the network, what outlives a block.
func winner(bids []uint64) uint64 { return bids[rand.IntN(len(bids))] } // want `math/rand/v2.IntN`

func label(l *lease) string { return fmt.Sprintf("%p", l) } // want `an address differs`

func price() (*http.Response, error) { return http.Get("https://prices.example") } // want `net/http.Response` `net/http.Get`

var cache sync.Map // want `sync.Map: it outlives the block`
