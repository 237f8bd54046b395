package types

import (
	"strconv"
	"strings"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/x/resources/types"
)

// Limits of a profile.
const (
	MaxAttributes = 64
	MaxKeyBytes   = 64
	MaxValueBytes = 128
	MaxURIBytes   = 256
	MaxEmailBytes = 254 // RFC 5321, 4.5.3.1.3
	MaxPriceBits  = 96  // prices and divisors: far more than all coins, and no product of two overflows
	maxRates      = 16  // of one list
)

// CheckProfile accepts a provider's profile. Fails with ErrInvalidProfile.
func CheckProfile(p Provider) error {
	if err := checkURI("host_uri", p.HostUri, true); err != nil {
		return err
	}
	if err := checkURI("website", p.Website, false); err != nil {
		return err
	}
	if p.Email != "" && !isEmail(p.Email) {
		return errorsmod.Wrapf(ErrInvalidProfile, "email %q: a plain address like sales@provider.example is expected", p.Email)
	}
	if err := CheckAttributes(p.Attributes); err != nil {
		return err
	}
	return checkPriceList(p.PriceList)
}

// CheckAttributes accepts a list sorted by key in which no key comes twice. Fails with ErrInvalidProfile.
func CheckAttributes(list []Attribute) error {
	if len(list) > MaxAttributes {
		return errorsmod.Wrapf(ErrInvalidProfile, "%d attributes, at most %d are allowed", len(list), MaxAttributes)
	}
	for i, a := range list {
		if !isKey(a.Key) {
			return errorsmod.Wrapf(ErrInvalidProfile, "attribute key %q: 1 to %d of a-z 0-9 - / .", a.Key, MaxKeyBytes)
		}
		if !isValue(a.Value) {
			return errorsmod.Wrapf(ErrInvalidProfile, "value of %q: 1 to %d printable ASCII bytes", a.Key, MaxValueBytes)
		}
		if i > 0 && list[i-1].Key >= a.Key {
			return errorsmod.Wrapf(ErrInvalidProfile, "attribute %q after %q: keys must be sorted and unique", a.Key, list[i-1].Key)
		}
	}
	return nil
}

// CheckRates accepts rates sorted by component, each component at most once: price zero or more, per more than zero.
// Fails with ErrInvalidProfile.
func CheckRates(rates []types.Rate) error {
	if len(rates) > maxRates {
		return errorsmod.Wrapf(ErrInvalidProfile, "%d rates, at most %d are allowed", len(rates), maxRates)
	}
	for i, r := range rates {
		if _, known := types.Component_name[int32(r.Component)]; !known || r.Component == types.ComponentUnspecified {
			return errorsmod.Wrapf(ErrInvalidProfile, "rate %d: unknown component %d", i, r.Component)
		}
		if i > 0 && rates[i-1].Component >= r.Component {
			return errorsmod.Wrapf(ErrInvalidProfile, "rate of %s: rates must be sorted by component, each once", r.Component)
		}
		if !IsPrice(r.Price) || !IsPrice(r.Per) || r.Per.IsZero() {
			return errorsmod.Wrapf(ErrInvalidProfile, "rate of %s: price must be 0 or more, per 1 or more, both below 2^%d", r.Component, MaxPriceBits)
		}
	}
	return nil
}

// States tells whether the provider states every wanted attribute, with that value.
func (p Provider) States(wanted []Attribute) bool {
	for _, w := range wanted {
		found := false
		for _, a := range p.Attributes {
			found = found || a.Equal(w)
		}
		if !found {
			return false
		}
	}
	return true
}

func checkPriceList(l PriceList) error {
	if !IsPrice(l.BasePerBlock) {
		return errorsmod.Wrapf(ErrInvalidProfile, "base_per_block must be 0 or more, below 2^%d", MaxPriceBits)
	}
	if err := CheckRates(l.Reserved); err != nil {
		return errorsmod.Wrap(err, "reserved")
	}
	return errorsmod.Wrap(CheckRates(l.Metered), "metered")
}

// IsPrice accepts a set amount of 0 to 2^MaxPriceBits-1.
func IsPrice(x math.Int) bool {
	return !x.IsNil() && !x.IsNegative() && x.BigInt().BitLen() <= MaxPriceBits
}

func checkURI(field, s string, needed bool) error {
	if (s == "" && !needed) || isHTTPS(s) {
		return nil
	}
	return errorsmod.Wrapf(ErrInvalidProfile, "%s %q: an address like https://provider.example:8443 is expected", field, s)
}

// isHTTPS accepts https://host, https://host:port and either with a path. The grammar is our own and narrow: what
// the standard library parses depends on its version and on GODEBUG, and nodes must never differ.
func isHTTPS(s string) bool {
	rest, https := strings.CutPrefix(s, "https://")
	if !https || len(s) > MaxURIBytes {
		return false
	}
	authority, path, _ := strings.Cut(rest, "/")
	host, port, hasPort := strings.Cut(authority, ":")
	if hasPort {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
			return false
		}
	}
	return isHost(host) && only(path, isPathByte)
}

// isHost accepts DNS names and IPv4 addresses: labels of letters, digits and inner hyphens.
func isHost(s string) bool {
	for _, label := range strings.Split(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if !only(label, func(c byte) bool { return isAlnum(c) || c == '-' }) {
			return false
		}
	}
	return true
}

func isEmail(s string) bool {
	local, host, found := strings.Cut(s, "@")
	return found && local != "" && len(s) <= MaxEmailBytes && isHost(host) &&
		only(local, func(c byte) bool { return isAlnum(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.", c) >= 0 })
}

func isPathByte(c byte) bool {
	return isAlnum(c) || strings.IndexByte("/-._~%!$&'()*+,;=:@", c) >= 0
}

func isAlnum(c byte) bool {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
}

func only(s string, allowed func(byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

func isKey(s string) bool {
	return s != "" && len(s) <= MaxKeyBytes && only(s, func(c byte) bool {
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '/' || c == '.'
	})
}

// isValue accepts printable ASCII: an index key must not hide bytes that look alike or separate.
func isValue(s string) bool {
	return s != "" && len(s) <= MaxValueBytes && only(s, func(c byte) bool { return c >= ' ' && c <= '~' })
}
