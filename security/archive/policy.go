package archive

import (
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/security/paths"
)

// Refusals. All of them are ErrRefused; other errors are the disk's or the reader's.
var (
	// ErrRefused says that the archive holds what the policy does not allow.
	ErrRefused = errors.New("archive refused")
	// ErrLimit says that it holds more than a limit.
	ErrLimit = fmt.Errorf("%w: over a limit", ErrRefused)
	// ErrName says that an entry's name leads out, is malformed or goes through something that is no directory.
	ErrName = fmt.Errorf("%w: name", ErrRefused)
	// ErrLink says that an entry is a link that is not allowed, or goes through one.
	ErrLink = fmt.Errorf("%w: link", ErrRefused)
	// ErrSpecial says that an entry is neither a file nor a directory nor a link.
	ErrSpecial = fmt.Errorf("%w: special file", ErrRefused)
	// ErrDuplicate says that an entry would take the place of another.
	ErrDuplicate = fmt.Errorf("%w: duplicate", ErrRefused)
	// ErrFormat says that the archive cannot be read.
	ErrFormat = fmt.Errorf("%w: malformed", ErrRefused)
)

// ErrPolicy says that a policy makes no sense.
var ErrPolicy = errors.New("unpacking policy")

// Limits of one unpacking.
type Limits struct {
	Bytes int64 // of all files' contents together; required
	Files int64 // entries, and the directories that they imply; required
	Depth int   // elements of a name; 0: 64; without InRoot never more
	Name  int   // bytes of a name, and of a link's target; 0: 4095, which no system exceeds
	// Ratio is how many bytes one packed byte may become, once 1 MiB is unpacked; 0: 200. A plain tar is not packed.
	Ratio int64
}

// Links says what is done with links.
type Links uint8

// What is done with links.
const (
	// LinksRefused: an archive with a link is refused.
	LinksRefused Links = iota
	// LinksInside: links are made whose target is inside.
	LinksInside
)

// Policy is what an archive may hold. The zero value but for its limits is the strictest.
type Policy struct {
	Limits
	Links Links
	// InRoot reads names and links as if the directory were the root of the file system: "/x" and "../x" are x, links on
	// the way are followed inside, and a link's text may be anything, since only what has the directory as its root will
	// follow it. For the root directories of containers.
	InRoot bool
	// SkipSpecial leaves devices, pipes and the like out instead of refusing the archive.
	SkipSpecial bool
	// Replace lets an entry take the place of an earlier one, as tar does. Else only a directory may come twice.
	Replace bool
	// Public makes everything readable by every user (0644, 0755) instead of by the owner (0600, 0700).
	Public bool
	// Durable puts the finished tree on disk before returning, so that a rename after it cannot become durable first.
	Durable bool
}

func (p Policy) complete() (Policy, error) {
	if p.Depth == 0 {
		p.Depth = paths.MaxDepth
	}
	if p.Name == 0 {
		p.Name = paths.MaxLocal
	}
	if p.Ratio == 0 {
		p.Ratio = 200
	}
	if p.Bytes <= 0 || p.Files <= 0 || p.Depth < 0 || p.Name < 0 || p.Name > paths.MaxLocal || p.Ratio < 0 {
		return p, fmt.Errorf("%w: limits are %+v; hint: bytes and files are above zero, the others not below, names have at most 4095 bytes", ErrPolicy, p.Limits)
	}
	if p.Links > LinksInside {
		return p, fmt.Errorf("%w: links %d", ErrPolicy, p.Links)
	}
	return p, nil
}
