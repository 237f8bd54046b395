// Package machines runs the engine's digests on machines that are not this one: other levels of amd64, and arm64 and s390x, which
// is big-endian, under qemu. It has tests only.
package machines
