package httpx

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxURL bounds a URL, in bytes. RFC 9110 section 4.1 wants at least 8000 to be understood.
const maxURL = 8 << 10

// names maps what people write to what is looked up, and refuses what no host has: RFC 5891, UTS #46 without its
// transitional mappings, letters, digits and hyphens only, 63 bytes a label and 253 a name. Hyphens in third and fourth
// place are allowed, as content networks have them.
var names = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.CheckHyphens(false), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// nowhere are the special-use domains (IANA's registry, RFC 6761) that the public DNS answers no question about: what
// answers would be something local.
var nowhere = [...]string{"alt", "example", "home.arpa", "internal", "invalid", "local", "localhost", "onion", "test"}

// target is a URL that is well-formed. Whether it is followed is for rules.
type target struct {
	url  *url.URL
	host string     // of a name: lower case, ASCII; of an address: as netip writes it
	addr netip.Addr // of an address
	port uint16
}

func (t target) hostPort() string { return net.JoinHostPort(t.host, strconv.Itoa(int(t.port))) }
func (t target) origin() string   { return t.url.Scheme + "://" + t.hostPort() }

// parseTarget reads a URL strictly: what two programs could read differently is refused.
func parseTarget(raw string) (target, error) {
	if raw == "" || len(raw) > maxURL {
		return target{}, fmt.Errorf("%w: %d bytes, want at least one and at most %d", ErrURL, len(raw), maxURL)
	}
	for i := range len(raw) {
		// Parsers differ on what they do with white space and backslashes: drop them, stop there, or take \ for /.
		if c := raw[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return target{}, fmt.Errorf("%w: it has the byte %#02x at position %d", ErrURL, c, i)
		}
	}
	if !utf8.ValidString(raw) {
		return target{}, fmt.Errorf("%w: it is not UTF-8", ErrURL)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return target{}, fmt.Errorf("%w: it does not parse", ErrURL) // its own text repeats the URL, with what may be in it
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return target{}, fmt.Errorf("%w: scheme %.20q, want https", ErrURL, u.Scheme)
	case u.Opaque != "" || u.Host == "":
		return target{}, fmt.Errorf("%w: it has no host", ErrURL)
	case u.User != nil:
		return target{}, fmt.Errorf("%w: it has a user name; hint: pass credentials beside the URL", ErrURL)
	}
	t := target{url: u}
	if t.port, err = portOf(u); err != nil {
		return target{}, err
	}
	if t.host, t.addr, err = hostOf(u); err != nil {
		return target{}, err
	}
	t.url = t.canonical()
	return t, nil
}

// canonical is the URL with the host as it will be asked for.
func (t target) canonical() *url.URL {
	u := *t.url
	u.Fragment, u.RawFragment, u.Host = "", "", t.host
	if t.addr.Is6() {
		u.Host = "[" + t.host + "]"
	}
	if t.port != usualPort(u.Scheme) {
		u.Host = t.hostPort()
	}
	return &u
}

func usualPort(scheme string) uint16 {
	if scheme == "https" {
		return 443
	}
	return 80
}

func portOf(u *url.URL) (uint16, error) {
	written := u.Port()
	if written == "" {
		if strings.HasSuffix(u.Host, ":") {
			return 0, fmt.Errorf("%w: a colon without a port", ErrURL)
		}
		return usualPort(u.Scheme), nil
	}
	port, err := strconv.ParseUint(written, 10, 16)
	if err != nil || port == 0 || written[0] == '0' {
		return 0, fmt.Errorf("%w: port %.20q", ErrURL, written)
	}
	return uint16(port), nil
}

// hostOf reads an address in brackets or in four decimal numbers, else a name. A name that somebody could take for an
// address is refused: resolvers and other parsers read 2130706433, 0x7f.1 and 0177.0.0.1 as 127.0.0.1 (inet_aton).
func hostOf(u *url.URL) (string, netip.Addr, error) {
	written := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		a, err := netip.ParseAddr(written)
		if err != nil || a.Zone() != "" || !a.Is6() {
			return "", netip.Addr{}, fmt.Errorf("%w: %.60q in brackets is no IPv6 address without a zone", ErrURL, written)
		}
		a = a.Unmap()
		return a.String(), a, nil
	}
	if a, err := netip.ParseAddr(written); err == nil && a.Is4() {
		return a.String(), a, nil
	}
	name, err := names.ToASCII(written)
	if err != nil || name == "" {
		return "", netip.Addr{}, fmt.Errorf("%w: %.80q is no host name", ErrURL, written)
	}
	name = strings.ToLower(name)
	if again, err := names.ToASCII(name); err != nil || again != name || !utf8.ValidString(written) {
		return "", netip.Addr{}, fmt.Errorf("%w: %.80q has no spelling that stays", ErrURL, written)
	}
	if strings.HasSuffix(name, ".") {
		return "", netip.Addr{}, fmt.Errorf("%w: %.80q ends in a dot", ErrURL, written)
	}
	if last := name[strings.LastIndexByte(name, '.')+1:]; numeric(last) {
		return "", netip.Addr{}, fmt.Errorf("%w: %.80q could be taken for an address; hint: write four decimal numbers", ErrURL, written)
	}
	return name, netip.Addr{}, nil
}

// numeric is the URL Standard's "ends in a number": digits, or hexadecimal ones behind 0x.
func numeric(label string) bool {
	if hex, found := strings.CutPrefix(label, "0x"); found {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// check says whether a URL is followed.
func (r *rules) check(raw string) (target, error) {
	t, err := parseTarget(raw)
	if err != nil {
		return target{}, err
	}
	if r.origins[t.origin()] {
		if t.addr.IsValid() {
			return t, r.address(t.addr, true)
		}
		return t, nil
	}
	if t.url.Scheme == "http" && !r.http {
		return target{}, fmt.Errorf("%w: http to %s; hint: use https", ErrURL, t.host)
	}
	if !slices.Contains(r.ports, t.port) {
		return target{}, fmt.Errorf("%w: port %d of %s, want one of %v", ErrURL, t.port, t.host, r.ports)
	}
	if t.addr.IsValid() {
		if err := r.address(t.addr, false); err != nil {
			return target{}, err
		}
		return t, nil
	}
	return t, publicName(t.host)
}

// publicName refuses names that only something local answers for.
func publicName(name string) error {
	if !strings.Contains(name, ".") {
		return fmt.Errorf("%w: %q has no dot, so it is not a public name", ErrURL, name)
	}
	for _, domain := range nowhere {
		if strings.HasSuffix(name, "."+domain) {
			return fmt.Errorf("%w: %q is below %s, which is not public", ErrURL, name, domain)
		}
	}
	return nil
}
