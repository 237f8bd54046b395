//go:build !amd64 && !arm64

package seccomp

const (
	auditArch uint32 = 0 // Filter refuses
	x32Bit    uint32 = 0
)

var deniedHere []uint32
