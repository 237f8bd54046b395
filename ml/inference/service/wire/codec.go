// Package wire writes messages of this service for gRPC: the usual encoding of protobuf, in buffers that are overwritten before
// anybody else gets them.
//
// For the service and its clients.
package wire

import (
	"sync"

	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // the codec of messages that are not ours, such as health checks
	"google.golang.org/grpc/mem"
)

// message is what the generator gives our messages.
type message interface {
	Size() int
	MarshalToSizedBuffer(b []byte) (int, error)
	Unmarshal(b []byte) error
}

// codec writes protobuf. Unlike gRPC's own, it leaves no copy of a message in a buffer that others get next.
type codec struct{ others encoding.CodecV2 }

// Codec is how the service and its clients write messages: the usual encoding, with buffers that are overwritten.
func Codec() encoding.CodecV2 { return codec{encoding.GetCodecV2("proto")} }

// Name is what stands in a request's content type.
func (codec) Name() string { return "proto" }

// Marshal is encoding.CodecV2.
func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	m, ok := v.(message)
	if !ok {
		return c.others.Marshal(v)
	}
	b := make([]byte, m.Size())
	if _, err := m.MarshalToSizedBuffer(b); err != nil {
		return nil, err
	}
	return mem.BufferSlice{mem.NewBuffer(&b, Wiping{})}, nil
}

// Unmarshal is encoding.CodecV2. Messages copy what they keep.
func (c codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(message)
	if !ok {
		return c.others.Unmarshal(data, v)
	}
	b := data.MaterializeToBuffer(Wiping{})
	defer b.Free()
	return m.Unmarshal(b.ReadOnlyData())
}

// Wiping is a mem.BufferPool of buffers that are overwritten before anybody else gets them.
type Wiping struct{}

// small are buffers of up to smallest bytes, which most frames are. Larger ones are left to the garbage collector, overwritten.
var small = sync.Pool{New: func() any { b := make([]byte, smallest); return &b }}

const smallest = 32 << 10

// Get is mem.BufferPool.
func (Wiping) Get(n int) *[]byte {
	if n > smallest {
		b := make([]byte, n)
		return &b
	}
	b, ok := small.Get().(*[]byte)
	if !ok || cap(*b) < smallest {
		fresh := make([]byte, smallest)
		b = &fresh
	}
	*b = (*b)[:n]
	return b
}

// Put is mem.BufferPool.
func (Wiping) Put(b *[]byte) {
	clear((*b)[:cap(*b)])
	if cap(*b) == smallest {
		small.Put(b)
	}
}
