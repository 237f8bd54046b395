package image

import (
	"io"
	"math"
	"os"

	"github.com/virtengine/virtengine/security/archive"
)

// unpack writes a tar of a root directory into dir. Links are followed as they would be with dir as the root, entries of
// later layers replace those of earlier ones, devices are left out (/dev is the backend's own), and everything is readable
// by every user: it belongs to us, and is mounted read-only.
func unpack(r io.Reader, dir *os.Root, bytes, files uint64) error {
	return archive.Tar(r, archive.Plain, dir, archive.Policy{
		Limits: archive.Limits{Bytes: limit(bytes), Files: limit(files)},
		Links:  archive.LinksInside, InRoot: true, SkipSpecial: true, Replace: true, Public: true, Durable: true,
	})
}

func limit(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
