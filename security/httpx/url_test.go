package httpx_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/httpx"
)

// Addresses that somebody else supplied, in the shapes that were used to reach what is not his.
func TestURLsOfStrangers(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, url string
		ok          bool
	}{
		"Public":        {"a public host may be asked", "https://registry.debian.org/v2/", true},
		"Plain":         {"not without TLS", "http://registry.debian.org/", false},
		"File":          {"no files", "file:///etc/passwd", false},
		"Gopher":        {"no other protocols", "gopher://127.0.0.1:6379/_FLUSHALL", false},
		"Loopback":      {"not ourselves", "https://127.0.0.1/", false},
		"Decimal":       {"nor as one number", "https://2130706433/", false},
		"Octal":         {"nor in octal", "https://0177.0.0.1/", false},
		"Hex":           {"nor in hexadecimal", "https://0x7f.1/", false},
		"Short":         {"nor in short", "https://127.1/", false},
		"LoopbackV6":    {"nor in version 6", "https://[::1]/", false},
		"Mapped":        {"nor mapped into it", "https://[::ffff:127.0.0.1]/", false},
		"NAT64":         {"nor translated", "https://[64:ff9b::7f00:1]/", false},
		"SixToFour":     {"nor by a tunnel", "https://[2002:7f00:1::]/", false},
		"Zone":          {"no interface of ours", "https://[fe80::1%25eth0]/", false},
		"Private":       {"no neighbours", "https://10.0.0.1/", false},
		"Shared":        {"nor those of the carrier", "https://100.64.0.1/", false},
		"Metadata":      {"not the cloud's secrets", "https://169.254.169.254/latest/meta-data/", false},
		"MetadataV6":    {"nor those in version 6", "https://[fd00:ec2::254]/", false},
		"Any":           {"the unspecified address is ourselves", "https://0.0.0.0/", false},
		"Multicast":     {"nobody in particular", "https://224.0.0.1/", false},
		"Localhost":     {"not ourselves by name", "https://localhost/", false},
		"LocalhostDot":  {"nor with a dot", "https://localhost./", false},
		"User":          {"a name before the host hides it", "https://registry.debian.org@127.0.0.1/", false},
		"Port":          {"no other services of a host", "https://registry.debian.org:22/", false},
		"NoHost":        {"somebody is asked", "https:///x", false},
		"Newline":       {"no second request", "https://registry.debian.org/\r\nX: y", false},
		"Backslash":     {"browsers and servers read it differently", "https://registry.debian.org\\@127.0.0.1/", false},
		"Reserved":      {"names for examples are answered by nobody but liars", "https://registry.example/", false},
		"Inner":         {"names of clouds' inner services are not public", "https://metadata.google.internal/", false},
		"Bare":          {"a name without a dot is looked up nearby", "https://registry/", false},
		"HexLabel":      {"a name that ends in a number is an address to some", "https://host.0x7f/", false},
		"PortZero":      {"nor is a port of zeros the usual one", "https://registry.debian.org:0443/", false},
		"TooLong":       {"a URL has an end", "https://registry.debian.org/" + strings.Repeat("a", 9000), false},
		"Compatible":    {"IPv4 inside old IPv6 notation is not public space", "https://[::10.0.0.1]/", false},
		"ISATAP":        {"nor is a tunnel into a private network", "https://[2a00:1450::5efe:10.0.0.1]/", false},
		"WireServer":    {"an address that looks public and hands out secrets", "https://168.63.129.16/", false},
		"Empty":         {"nothing is no address", "", false},
		"FullWidthDots": {"dots of other scripts are dots", "https://127。0。0。1/", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := httpx.CheckURL(tc.url)
			if tc.ok {
				require.NoError(t, err, tc.reason)
			} else {
				require.Error(t, err, tc.reason)
			}
		})
	}
}

// What is kept is one spelling, so that what was checked is what is asked.
func TestOneSpelling(t *testing.T) {
	for name, tc := range map[string]struct{ reason, written, kept string }{
		"Case":     {"hosts know no case", "https://Registry.DEBIAN.org/V2", "https://registry.debian.org/V2"},
		"Port":     {"the usual port goes without saying", "https://registry.debian.org:443/", "https://registry.debian.org/"},
		"Fragment": {"fragments are for browsers", "https://registry.debian.org/a#b", "https://registry.debian.org/a"},
		"Script":   {"names of other scripts have one ASCII form", "https://bücher.debian.org/", "https://xn--bcher-kva.debian.org/"},
		"Address":  {"so have addresses", "https://[2A00:1450:0:0::1]/", "https://[2a00:1450::1]/"},
		"Mapped":   {"and those inside others", "https://[::ffff:8.8.8.8]/", "https://8.8.8.8/"},
	} {
		t.Run(name, func(t *testing.T) {
			u, err := httpx.CheckURL(tc.written)
			require.NoError(t, err, tc.reason)
			require.Equal(t, tc.kept, u.String(), tc.reason)
			again, err := httpx.CheckURL(u.String())
			require.NoError(t, err)
			require.Equal(t, u.String(), again.String())
		})
	}
}

func TestPolicies(t *testing.T) {
	inner := httpx.Policy{AllowOrigins: []string{"https://registry.internal:5000"}, Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for name, tc := range map[string]struct {
		reason string
		policy httpx.Policy
		url    string
		want   error
	}{
		"OwnOrigin":   {"what an operator names is reached", inner, "https://registry.internal:5000/v2/", nil},
		"OtherPort":   {"only where he named it", inner, "https://registry.internal:5001/v2/", httpx.ErrURL},
		"OtherScheme": {"and only as he named it", inner, "http://registry.internal:5000/v2/", httpx.ErrURL},
		"OwnNetwork":  {"a network of his", inner, "https://10.1.2.3/", nil},
		"NextNetwork": {"but not the one beside it", inner, "https://10.2.0.1/", httpx.ErrAddress},
		"Metadata": {"a range does not open the metadata service inside it",
			httpx.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("169.254.0.0/16")}}, "https://169.254.169.254/", httpx.ErrAddress},
		"MetadataAlone": {"unless it is written alone",
			httpx.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("169.254.169.254/32")}}, "https://169.254.169.254/", nil},
		"Plain":        {"http where it is allowed", httpx.Policy{HTTP: true}, "http://registry.debian.org/", nil},
		"Ports":        {"another port where it is allowed", httpx.Policy{Ports: []uint16{8443}}, "https://registry.debian.org:8443/", nil},
		"OriginPath":   {"an origin has no path", httpx.Policy{AllowOrigins: []string{"https://a.internal/x"}}, "https://a.internal/x", httpx.ErrConfig},
		"MappedPrefix": {"an IPv4 range is written as one", httpx.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("::ffff:10.0.0.0/104")}}, "https://10.0.0.1/", httpx.ErrConfig},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tc.policy.CheckURL(tc.url)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}
