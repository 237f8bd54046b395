package httpx

import (
	"net/netip"
	"testing"
)

// Whatever is written: what is followed is https on its usual port, without a user, to a name or to a public address, and
// reads the same when it is read again.
func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{
		"https://registry.debian.org/v2/", "https://8.8.8.8:443/", "https://[2a00:1450::1]/?q=1#f", "https://BÜCHER.debian.org/%2e%2e/",
		"https://127.0.0.1/", "https://0x7f.1/", "https://[::ffff:169.254.169.254]/", "https://a.b@c.d/", "https://[64:ff9b::a00:1]/", "http://1.1.1.1/",
		"https://xn--bcher-kva.debian.org./", "https://a.org:65536/", "https://%31%30.0.0.1/", "https:///a", "//a.org/", "https:a.org",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := CheckURL(raw)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil || u.Port() != "" || u.Fragment != "" || u.Hostname() == "" {
			t.Fatalf("%q was taken as %q", raw, u)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil {
			if err := CheckAddr(a); err != nil || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
				t.Fatalf("%q leads to %s", raw, a)
			}
		}
		again, err := CheckURL(u.String())
		if err != nil || again.String() != u.String() {
			t.Fatalf("%q was taken as %q and then as %q: %v", raw, u, again, err)
		}
	})
}
