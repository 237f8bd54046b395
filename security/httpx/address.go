package httpx

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// block is a range of addresses that are not for the public.
type block struct {
	prefix   netip.Prefix
	what     string
	source   string
	internal bool // an operator's own services may be there
	metadata bool // a service that hands out credentials to whoever asks
}

func in(prefix, what, source string) block {
	return block{prefix: netip.MustParsePrefix(prefix), what: what, source: source}
}

func internal(prefix, what, source string) block {
	b := in(prefix, what, source)
	b.internal = true
	return b
}

func metadata(prefix, what string) block {
	b := in(prefix, "a metadata service", what)
	b.metadata = true
	return b
}

// special lists what is not public: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190) with
// all entries that are not globally reachable, multicast, and services of clouds. The first match counts. Of IPv6, only
// 2000::/3 is assigned to the public at all (RFC 4291 section 2.4 and IANA's address space registry); see judge.
var special = [...]block{
	metadata("169.254.169.254/32", "EC2, GCE, Azure, OCI, OpenStack and others"),
	metadata("169.254.170.2/32", "ECS tasks"),
	metadata("169.254.170.23/32", "EKS pods"),
	metadata("100.100.100.200/32", "Alibaba Cloud, inside the space of RFC 6598"),
	metadata("168.63.129.16/32", "Azure's wire server, an address that looks public"),
	metadata("192.0.0.192/32", "Oracle Cloud, classic"),
	metadata("fd00:ec2::254/128", "EC2"),
	metadata("fd00:ec2::23/128", "EKS pods"),
	metadata("fd20:ce::254/128", "GCE"),
	metadata("fe80::a9fe:a9fe/128", "OpenStack"),

	in("0.0.0.0/8", "this network", "RFC 791 section 3.2"),
	internal("10.0.0.0/8", "private", "RFC 1918"),
	internal("100.64.0.0/10", "shared by carriers", "RFC 6598"),
	internal("127.0.0.0/8", "loopback", "RFC 1122 section 3.2.1.3"),
	in("169.254.0.0/16", "link-local", "RFC 3927"),
	internal("172.16.0.0/12", "private", "RFC 1918"),
	in("192.0.0.0/24", "protocol assignments", "RFC 6890 section 2.1"),
	in("192.0.2.0/24", "documentation", "RFC 5737"),
	in("192.88.99.0/24", "6to4 relays, deprecated", "RFC 7526"),
	internal("192.168.0.0/16", "private", "RFC 1918"),
	in("198.18.0.0/15", "benchmarking", "RFC 2544"),
	in("198.51.100.0/24", "documentation", "RFC 5737"),
	in("203.0.113.0/24", "documentation", "RFC 5737"),
	in("224.0.0.0/4", "multicast", "RFC 5771"),
	in("240.0.0.0/4", "reserved, and broadcast", "RFC 1112 section 4, RFC 8190"),

	in("::/128", "unspecified", "RFC 4291"),
	internal("::1/128", "loopback", "RFC 4291"),
	in("64:ff9b:1::/48", "translation of somebody's own", "RFC 8215"),
	in("100::/64", "discard", "RFC 6666"),
	in("100:0:0:1::/64", "dummy", "RFC 9780"),
	in("2001::/32", "Teredo, which hides an IPv4 address", "RFC 4380"),
	in("2001:2::/48", "benchmarking", "RFC 5180"),
	in("2001::/23", "protocol assignments", "RFC 2928"),
	in("2001:db8::/32", "documentation", "RFC 3849"),
	in("2002::/16", "6to4, which hides an IPv4 address", "RFC 3056, RFC 7526"),
	in("3fff::/20", "documentation", "RFC 9637"),
	in("5f00::/16", "segment routing", "RFC 9602"),
	internal("fc00::/7", "private (unique local)", "RFC 4193"),
	in("fe80::/10", "link-local", "RFC 4291"),
	in("fec0::/10", "site-local, deprecated", "RFC 3879"),
	in("ff00::/8", "multicast", "RFC 4291"),
}

var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96") // RFC 6052: the last four bytes are an IPv4 address
	public = netip.MustParsePrefix("2000::/3")
)

// judge says in which block an address is that is not public. IPv4 addresses inside IPv6 ones are looked at.
func judge(a netip.Addr) (block, bool) {
	a = a.Unmap()
	for _, b := range special {
		if b.prefix.Contains(a) {
			return b, true
		}
	}
	if a.Is4() {
		return block{}, false
	}
	raw := a.As16()
	if nat64.Contains(a) {
		return hidden(raw, "behind NAT64")
	}
	if !public.Contains(a) {
		return block{prefix: netip.PrefixFrom(a, 128), what: "not of the public space", source: "RFC 4291 section 2.4"}, true
	}
	// ISATAP interface identifiers, RFC 5214 section 6.1, with either value of the universal bit.
	if id := binary.BigEndian.Uint32(raw[8:12]); id == 0x00005efe || id == 0x02005efe {
		return hidden(raw, "behind ISATAP")
	}
	return block{}, false
}

// hidden judges the IPv4 address in the last four bytes. What is found is never internal: nobody allows it by allowing
// the IPv4 address.
func hidden(raw [16]byte, where string) (block, bool) {
	b, bad := judge(netip.AddrFrom4([4]byte(raw[12:])))
	return block{prefix: b.prefix, what: b.what + " " + where, source: b.source, metadata: b.metadata}, bad
}

// CheckAddr says whether an address is public. Fails with ErrAddress, saying what it is and by which document.
func CheckAddr(a netip.Addr) error { return new(rules).address(a, false) }

// address says whether the rules let us connect to an address.
//
//	named: the operator allowed the origin that led here by name
func (r *rules) address(a netip.Addr, named bool) error {
	if !a.IsValid() || a.Zone() != "" {
		return fmt.Errorf("%w: %s names no address for everybody", ErrAddress, a)
	}
	a = a.Unmap()
	b, bad := judge(a)
	if !bad || named && b.internal {
		return nil
	}
	for _, p := range r.allow {
		// A metadata service inside an allowed range stays out, unless it is allowed alone.
		if p.Contains(a) && (!b.metadata || p.IsSingleIP()) {
			return nil
		}
	}
	return fmt.Errorf("%w: %s is %s (%s)", ErrAddress, a, b.what, b.source)
}
