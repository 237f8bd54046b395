// Package good does the same from block and state.
package good

import (
	"maps"
	"slices"
	"sort"
	"time"
)

func expired(block, ends time.Time) bool { return block.After(ends) }

func share(amount, basisPoints uint64) uint64 { return amount * basisPoints / 10_000 }

func names(tenants map[string]uint64) []string { return slices.Sorted(maps.Keys(tenants)) }

func collected(tenants map[string]uint64) []string {
	var out []string
	for name := range tenants {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

func listed(all []string) (n int) {
	for range all {
		n++
	}
	return n
}
