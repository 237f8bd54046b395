package ratelimit_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/ratelimit"
)

func TestKeysOfAddresses(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, addr, want string
	}{
		"IPv4":     {"one address", "192.0.2.1", "192.0.2.1"},
		"Mapped":   {"the same one, written as IPv6", "::ffff:192.0.2.1", "192.0.2.1"},
		"IPv6":     {"a host has a /64", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		"SameNet":  {"and moves about in it", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"},
		"OtherNet": {"its neighbour has another", "2001:db8:1:3::1", "2001:db8:1:3::/64"},
		"Zone":     {"a zone is ours, not the host's", "fe80::1%eth0", "fe80::/64"},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := ratelimit.AddrKey(netip.MustParseAddr(tc.addr))
			require.NoError(t, err)
			require.Equal(t, tc.want, key, tc.reason)
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(tc.addr), 4711).String()
			key, err = ratelimit.RemoteKey(r)
			require.NoError(t, err)
			require.Equal(t, tc.want, key)
		})
	}
	_, err := ratelimit.AddrKey(netip.Addr{})
	require.ErrorIs(t, err, ratelimit.ErrKey)
}

func TestMiddleware(t *testing.T) {
	l, c := newLimiter(t, 2, 90*time.Second, 10)
	h, err := l.Middleware(ratelimit.RemoteKey, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	require.NoError(t, err)
	ask := func(from string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", "203.0.113."+from[len(from)-1:])
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	require.Equal(t, http.StatusNoContent, ask("[2001:db8::1]:1").Code)
	require.Equal(t, http.StatusNoContent, ask("[2001:db8::2]:2").Code)
	w := ask("[2001:db8::3]:3")
	require.Equal(t, http.StatusTooManyRequests, w.Code, "three addresses of one host, whatever it says it forwards")
	require.Equal(t, "90", w.Header().Get("Retry-After"))
	require.JSONEq(t, `{"code":"rate-limit","message":"too many requests; see Retry-After"}`, w.Body.String())
	require.Equal(t, http.StatusNoContent, ask("192.0.2.1:4").Code)
	c.now = c.now.Add(89*time.Second + time.Millisecond)
	require.Equal(t, "1", ask("[2001:db8::3]:3").Header().Get("Retry-After"), "rounded up: who comes back then is let in")
	c.now = c.now.Add(time.Second)
	require.Equal(t, http.StatusNoContent, ask("[2001:db8::3]:3").Code)
	require.Equal(t, http.StatusBadRequest, ask("@").Code, "who cannot be counted is not served")
}

func TestMiddlewareNeedsAllItsParts(t *testing.T) {
	l, _ := newLimiter(t, 1, time.Second, 1)
	_, err := l.Middleware(nil, http.NotFoundHandler())
	require.ErrorIs(t, err, ratelimit.ErrConfig)
	_, err = l.Middleware(ratelimit.RemoteKey, nil)
	require.ErrorIs(t, err, ratelimit.ErrConfig)
}

// FuzzRemoteKey: no remote address makes it panic or gives a key that Allow refuses.
func FuzzRemoteKey(f *testing.F) {
	f.Add("192.0.2.1:80")
	f.Add("[fe80::1%eth0]:80")
	f.Add("@")
	f.Fuzz(func(t *testing.T, addr string) {
		key, err := ratelimit.RemoteKey(&http.Request{RemoteAddr: addr})
		if err != nil {
			require.ErrorIs(t, err, ratelimit.ErrKey)
			return
		}
		l, _ := newLimiter(t, 1, time.Second, 1)
		_, err = l.Allow(key, 1)
		require.NoError(t, err)
	})
}
