package onnx

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func wants[T Element](dtype DType, data []byte, want ...T) func(*testing.T) {
	return func(t *testing.T) {
		got, err := Values[T](&Tensor{DType: dtype, Shape: []int64{int64(len(want))}, Data: data})
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// Every type has one Go type, little endian on every machine, and nothing is converted.
func TestValues(t *testing.T) {
	for name, check := range map[string]func(*testing.T){
		"Float32":    wants(Float32, []byte{0, 0, 128, 63, 0, 0, 0, 128}, 1, float32(math.Copysign(0, -1))),
		"Float64":    wants(Float64, []byte{0, 0, 0, 0, 0, 0, 0xf0, 0xbf}, -1.0),
		"Int8":       wants(Int8, []byte{255, 127}, int8(-1), 127),
		"Int4":       wants(Int4, []byte{0xf8, 7}, int8(-8), 7),
		"Float8":     wants(Float8E5M2, []byte{0x3c}, uint8(0x3c)),
		"Uint8":      wants(Uint8, []byte{255}, uint8(255)),
		"Int16":      wants(Int16, []byte{0, 128}, int16(math.MinInt16)),
		"Uint16":     wants(Uint16, []byte{1, 2}, uint16(0x201)),
		"Float16":    wants(Float16, []byte{0, 0x3c}, uint16(0x3c00)),
		"BFloat16":   wants(BFloat16, []byte{0x80, 0x3f}, uint16(0x3f80)),
		"Int32":      wants(Int32, []byte{254, 255, 255, 255}, int32(-2)),
		"Uint32":     wants(Uint32, []byte{0, 0, 0, 128}, uint32(1<<31)),
		"Int64":      wants(Int64, []byte{0, 0, 0, 0, 0, 0, 0, 128}, int64(math.MinInt64)),
		"Uint64":     wants(Uint64, []byte{255, 255, 255, 255, 255, 255, 255, 255}, uint64(math.MaxUint64)),
		"Bool":       wants(Bool, []byte{0, 1}, false, true),
		"Complex64":  wants(Complex64, []byte{0, 0, 128, 63, 0, 0, 0, 64}, complex64(complex(1, 2))),
		"Complex128": wants(Complex128, []byte{0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40}, complex(1, 2)),
	} {
		t.Run(name, check)
	}
	_, err := (&Tensor{Name: "w", DType: Float64}).Float32s()
	require.ErrorIs(t, err, ErrType, "a float64 is not rounded behind a caller's back")
	_, err = (&Tensor{DType: String}).Int64s()
	require.ErrorIs(t, err, ErrType)
	_, err = (&Tensor{DType: Float32, Data: []byte{1, 2, 3}}).Float32s()
	require.ErrorIs(t, err, ErrMalformed)
}
