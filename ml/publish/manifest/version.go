package manifest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Version is MAJOR.MINOR.PATCH, each from 0 to 999999, without leading zeros. Versions are compared as numbers.
type Version [3]int64

// ParseVersion reads a version. Fails with ErrInvalid.
func ParseVersion(s string) (Version, error) {
	var v Version
	parts := strings.Split(s, ".")
	if len(parts) != len(v) {
		return v, fmt.Errorf("%w: version %.40q, want MAJOR.MINOR.PATCH", ErrInvalid, s)
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 20)
		if err != nil || n > 999999 || strconv.FormatUint(n, 10) != part {
			return v, fmt.Errorf("%w: version %.40q, want three numbers up to 999999 without leading zeros", ErrInvalid, s)
		}
		v[i] = int64(n)
	}
	return v, nil
}

// Compare is below 0 where v is older than w, 0 where they are equal.
func (v Version) Compare(w Version) int { return slices.Compare(v[:], w[:]) }

// String is MAJOR.MINOR.PATCH.
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// MarshalText is String.
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText is ParseVersion.
func (v *Version) UnmarshalText(text []byte) (err error) {
	*v, err = ParseVersion(string(text))
	return err
}
