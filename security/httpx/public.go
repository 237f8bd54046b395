package httpx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/virtengine/virtengine/security/tlsconf"
)

// maxAddresses is how many addresses of one name are looked at.
const maxAddresses = 32

// Resolver finds the addresses of a name. *net.Resolver is one. A name that ends in a dot is complete.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// SystemResolver asks /etc/hosts and the name servers of /etc/resolv.conf.
func SystemResolver() Resolver { return &net.Resolver{PreferGo: true} }

// PublicConfig is what a client for strangers' URLs needs: Resolver, and TLS unless all AllowOrigins are http.
type PublicConfig struct {
	Policy   Policy
	TLS      *tls.Config // of tlsconf: Client(), or an operator's own authorities by NewClient
	Resolver Resolver    // SystemResolver() outside tests
	Limits   Limits
}

// NewPublic returns a client for URLs that strangers chose. What it refuses fails with ErrURL, ErrAddress, ErrNoAddress,
// ErrRedirect or ErrBodyTooLarge. NewPublic itself fails with ErrConfig, tlsconf.ErrConfig.
func NewPublic(c PublicConfig) (*http.Client, error) {
	t, err := newPublic(c)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: t, Timeout: t.limits.Timeout, CheckRedirect: redirects(t.limits.Redirects)}, nil
}

// NewPublicTransport returns what is below such a client, for libraries that make their own. URLs and addresses are
// checked here, for redirects that the library follows too; their number and their headers are the library's affair. It
// has no Timeout.
func NewPublicTransport(c PublicConfig) (http.RoundTripper, error) {
	t, err := newPublic(c)
	if err != nil {
		return nil, err
	}
	return t, nil
}

func newPublic(c PublicConfig) (*transport, error) {
	if c.Resolver == nil {
		return nil, fmt.Errorf("%w: a public client needs a resolver; hint: SystemResolver()", ErrConfig)
	}
	if err := c.Limits.settle(); err != nil {
		return nil, err
	}
	r, err := c.Policy.rules()
	if err != nil {
		return nil, err
	}
	if c.TLS != nil {
		if err := tlsconf.CheckClient(c.TLS); err != nil {
			return nil, err
		}
	}
	d := &publicDialer{rules: r, resolver: c.Resolver, timeout: c.Limits.Dial}
	t := &transport{limits: c.Limits, base: roundTripper(c.TLS, c.Limits, d.dial)} // no upgrades: what follows one has no limit
	t.check = func(req *http.Request) error {
		if req.Host != "" && req.Host != req.URL.Host {
			return fmt.Errorf("%w: it asks %s for %s", ErrURL, req.URL.Host, req.Host)
		}
		// What was checked is what is sent, not what another reading of the same fields would give.
		found, err := r.check(req.URL.String())
		if err != nil {
			return err
		}
		if found.url.Scheme == "https" && c.TLS == nil {
			return fmt.Errorf("%w: the client of %s has no TLS settings", ErrConfig, found.host)
		}
		req.URL, req.Host = found.url, ""
		return nil
	}
	return t, nil
}

// publicDialer connects to addresses that it has checked.
type publicDialer struct {
	rules    *rules
	resolver Resolver
	timeout  time.Duration
}

// dial connects to the first address of host:port that answers. When one address of a name is refused, the name is: a name
// server that mixes public and private addresses plays for the retry.
func (d *publicDialer) dial(ctx context.Context, _, hostPort string) (net.Conn, error) {
	host, written, err := net.SplitHostPort(hostPort)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrURL, err)
	}
	port, err := strconv.ParseUint(written, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%w: port %.20q", ErrURL, written)
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	named := d.rules.hosts[hostPort]
	addrs, err := d.addresses(ctx, host, named)
	if err != nil {
		return nil, err
	}
	var failures error
	for i, a := range addrs {
		conn, err := d.connect(ctx, netip.AddrPortFrom(a, uint16(port)), named, len(addrs)-i)
		if err == nil {
			return conn, nil
		}
		failures = errors.Join(failures, err)
	}
	return nil, failures
}

// addresses are those of a host, all of them allowed.
func (d *publicDialer) addresses(ctx context.Context, host string, named bool) ([]netip.Addr, error) {
	found, err := d.lookup(ctx, host, named)
	if err != nil {
		return nil, err
	}
	var out []netip.Addr
	for _, a := range found {
		if err := d.rules.address(a, named); err != nil {
			return nil, fmt.Errorf("%s: %w", host, err)
		}
		if a = a.Unmap(); !slices.Contains(out, a) { // net.Resolver returns IPv4 addresses in either form
			out = append(out, a)
		}
	}
	switch {
	case len(out) == 0:
		return nil, fmt.Errorf("%w: %s", ErrNoAddress, host)
	case len(out) > maxAddresses:
		return nil, fmt.Errorf("%w: %s has %d addresses, at most %d are looked at", ErrAddress, host, len(out), maxAddresses)
	}
	return out, nil
}

func (d *publicDialer) lookup(ctx context.Context, host string, named bool) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	if !named {
		host += "." // complete: the search list of resolv.conf would look for it inside our own network
	}
	found, err := d.resolver.LookupNetIP(ctx, "ip", host)
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) && dns.IsNotFound {
		return nil, fmt.Errorf("%w: %w", ErrNoAddress, err)
	}
	return found, err
}

// connect gives an address its share of the time that is left.
func (d *publicDialer) connect(ctx context.Context, to netip.AddrPort, named bool, shares int) (net.Conn, error) {
	dialer := net.Dialer{Timeout: max(d.timeout/time.Duration(shares), time.Second), Control: d.control(to, named)}
	return dialer.DialContext(ctx, "tcp", to.String())
}

// control looks once more at what the kernel is about to connect to, whatever came between.
func (d *publicDialer) control(to netip.AddrPort, named bool) func(string, string, syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		about, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %.60q: %w", ErrAddress, address, err)
		}
		if netip.AddrPortFrom(about.Addr().Unmap(), about.Port()) != to {
			return fmt.Errorf("%w: %s was checked, and %s is dialled", ErrAddress, to, about)
		}
		return d.rules.address(about.Addr(), named)
	}
}
