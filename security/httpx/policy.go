package httpx

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
)

// Policy says which URLs of strangers are followed. The zero Policy: https, port 443, public addresses.
type Policy struct {
	HTTP  bool     // http is followed too
	Ports []uint16 // none: 443, and 80 with HTTP

	// AllowOrigins are an operator's own services, as "https://registry.internal:5000", or http. Their port, a name without
	// dots, and private, shared and loopback addresses are then allowed; link-local ones and metadata services are not.
	AllowOrigins []string
	// Allow are addresses that are allowed although they are not public. A metadata service inside a range is not.
	Allow []netip.Prefix
}

// rules is a Policy that was looked at. The zero rules are the zero Policy's, but have no ports.
type rules struct {
	http    bool
	ports   []uint16
	origins map[string]bool // scheme://host:port
	hosts   map[string]bool // host:port of origins
	allow   []netip.Prefix
}

func (p Policy) rules() (*rules, error) {
	r := &rules{http: p.HTTP, ports: slices.Clone(p.Ports), origins: map[string]bool{}, hosts: map[string]bool{}}
	if len(p.Ports) == 0 {
		r.ports = []uint16{443}
		if p.HTTP {
			r.ports = append(r.ports, 80)
		}
	}
	for _, prefix := range p.Allow {
		if !prefix.IsValid() || prefix.Addr().Is4In6() {
			return nil, fmt.Errorf("%w: allowed addresses %s; hint: write IPv4 as 10.0.0.0/8", ErrConfig, prefix)
		}
		r.allow = append(r.allow, prefix.Masked())
	}
	for _, raw := range p.AllowOrigins {
		t, err := parseTarget(raw)
		if err != nil {
			return nil, fmt.Errorf("%w: allowed origin: %w", ErrConfig, err)
		}
		if path := t.url.EscapedPath(); path != "" && path != "/" || t.url.RawQuery != "" {
			return nil, fmt.Errorf("%w: allowed origin %s://%s has more than scheme, host and port", ErrConfig, t.url.Scheme, t.url.Host)
		}
		r.origins[t.origin()] = true
		r.hosts[t.hostPort()] = true
	}
	return r, nil
}

// CheckURL is the function CheckURL by this policy. Fails with ErrConfig, ErrURL, ErrAddress.
func (p Policy) CheckURL(raw string) (*url.URL, error) {
	r, err := p.rules()
	if err != nil {
		return nil, err
	}
	t, err := r.check(raw)
	if err != nil {
		return nil, err
	}
	return t.url, nil
}

// CheckURL reads a URL that a stranger wrote, and refuses it unless it is https on port 443 to a name that can be public or
// to a public address. The URL it returns is what is to be kept and used: its host is in lower case and ASCII (RFC 5891),
// without the port that goes without saying, and it has no fragment. It asks no name server: where a name leads is checked
// when a public client connects. Fails with ErrURL, ErrAddress.
func CheckURL(raw string) (*url.URL, error) { return Policy{}.CheckURL(raw) }
