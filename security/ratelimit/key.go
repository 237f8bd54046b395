package ratelimit

import (
	"fmt"
	"net/http"
	"net/netip"
)

// AddrKey is the key of an address: an IPv4 address itself, also where it is written as IPv6 (::ffff:192.0.2.1); of an
// IPv6 address its /64, which is what one host or home has (RFC 6177, RFC 8981). Zones are left out. Fails with ErrKey for
// the zero Addr.
func AddrKey(a netip.Addr) (string, error) {
	a = a.Unmap().WithZone("")
	if !a.IsValid() {
		return "", fmt.Errorf("%w: no address", ErrKey)
	}
	if a.Is4() {
		return a.String(), nil
	}
	p, err := a.Prefix(64)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	return p.String(), nil
}

// RemoteKey is the AddrKey of the connection on which a request came. Fails with ErrKey for what has no address, such as
// unix sockets. Behind a proxy it is the proxy's.
func RemoteKey(r *http.Request) (string, error) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "", fmt.Errorf("%w: remote address %.80q", ErrKey, r.RemoteAddr)
	}
	return AddrKey(from.Addr())
}
