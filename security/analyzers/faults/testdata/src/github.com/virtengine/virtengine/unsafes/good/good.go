// Package good reads numbers and text without reaching for memory.
package good

import (
	"encoding/binary"
	"strings"
)

func number(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func text(parts [][]byte) string {
	var b strings.Builder
	for _, p := range parts {
		b.Write(p)
	}
	return b.String()
}
