package onnx

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
	"pgregory.net/rapid"
)

// spelled writes a tensor's data as numbers in the field of its type, packed or each in a field of its own.
func spelled(t *Tensor, packed bool) []byte {
	l, _ := t.DType.layout()
	unit := l.size
	if l.wire > 0 {
		unit = l.wire
	}
	home := protowire.Number(l.home) //ve:allow overflow field numbers are small
	var out, list []byte
	for _, d := range t.Shape {
		out = append(out, number(1, uint64(d))...) //ve:allow overflow dimensions are positive
	}
	data := t.Data
	if t.DType.halves() {
		data = join(data)
	}
	for b := data; len(b) > 0; b = b[unit:] {
		var eight [8]byte
		copy(eight[:], b[:unit])
		if t.DType == Int8 || t.DType == Int16 || t.DType == Int32 {
			if b[unit-1]&0x80 != 0 { // negative: protobuf extends the sign to 64 bits
				for i := unit; i < 8; i++ {
					eight[i] = 0xff
				}
			}
		}
		v := binary.LittleEndian.Uint64(eight[:])
		var one []byte
		kind := protowire.VarintType
		switch l.wire {
		case 0:
			one = protowire.AppendVarint(nil, v)
		case 4:
			one, kind = b[:4:4], protowire.Fixed32Type
		case 8:
			one, kind = b[:8:8], protowire.Fixed64Type
		}
		list = append(list, one...)
		if !packed {
			out = append(protowire.AppendTag(out, home, kind), one...)
		}
	}
	if packed {
		out = append(out, field1(home, list)...)
	}
	return append(out, number(2, uint64(t.DType))...) // the type last: fields may stand in any order
}

// A tensor of any type and shape is the same tensor whichever way its data is written: raw, as numbers, packed or not.
func TestThreeSpellingsOfOneTensor(t *testing.T) {
	numeric := []DType{Float32, Uint8, Int8, Uint16, Int16, Int32, Int64, Bool, Float16, Float64, Uint32, Uint64, Complex64, Complex128, BFloat16,
		Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ, Uint4, Int4, Float4E2M1}
	rapid.Check(t, func(r *rapid.T) {
		want := &Tensor{DType: rapid.SampledFrom(numeric).Draw(r, "dtype"), Shape: rapid.SliceOfN(rapid.Int64Range(0, 3), 1, 3).Draw(r, "shape")}
		count := 1
		for _, d := range want.Shape {
			count *= int(d) //ve:allow overflow three at most
		}
		want.Data = own(rapid.SliceOfN(rapid.Byte(), count*want.DType.Size(), count*want.DType.Size()).Draw(r, "data"))
		if want.DType == Bool {
			for i := range want.Data {
				want.Data[i] &= 1
			}
		}
		if want.DType.halves() {
			want.Data = want.DType.split(join(want.Data), int64(len(want.Data)))
			if len(want.Data) == 0 {
				want.Data = nil
			}
		}
		for name, file := range map[string][]byte{"raw": want.Encode(), "packed": spelled(want, true), "unpacked": spelled(want, false)} {
			got, err := DecodeTensor(file, Limits{})
			if err != nil {
				r.Fatalf("%s: %v", name, err)
			}
			require.Equal(r, want, got, name)
		}
	})
}
