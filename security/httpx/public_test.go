package httpx_test

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/httpx"
)

// phoneBook is a name server: what it answers to the first question, to the second, and so on; the last answer stays.
type phoneBook struct {
	mu      sync.Mutex
	answers map[string][][]string
	asked   int
}

func (b *phoneBook) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	all, found := b.answers[host]
	if !found {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	if len(all) > 1 {
		b.answers[host] = all[1:]
	}
	var out []netip.Addr
	for _, a := range all[0] {
		out = append(out, netip.MustParseAddr(a))
	}
	return out, nil
}

// victim is a service on loopback that must not be reached, and that counts who was there.
type victim struct {
	*running
	port uint16
	hits atomic.Int64
}

func newVictim(t *testing.T, h http.Handler) *victim {
	v := &victim{}
	v.running = serve(t, httpx.ServerConfig{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.hits.Add(1)
		h.ServeHTTP(w, r)
	}), Hosts: []string{"images.debian.org"}})
	_, port, err := net.SplitHostPort(v.addr)
	require.NoError(t, err)
	n, err := strconv.ParseUint(port, 10, 16)
	require.NoError(t, err)
	v.port = uint16(n)
	return v
}

func public(t *testing.T, p httpx.Policy, answers map[string][][]string, limits httpx.Limits) (*http.Client, *phoneBook) {
	book := &phoneBook{answers: answers}
	c, err := httpx.NewPublic(httpx.PublicConfig{Policy: p, Resolver: book, Limits: limits})
	require.NoError(t, err)
	t.Cleanup(c.CloseIdleConnections)
	return c, book
}

// Every way that leads inside, by names.
func TestNoNameLeadsInside(t *testing.T) {
	v := newVictim(t, says("the secrets of this machine"))
	const host = "images.debian.org."
	for name, tc := range map[string]struct {
		reason  string
		answers []string
		want    error
	}{
		"Loopback":    {"a name of a stranger for this machine", []string{"127.0.0.1"}, httpx.ErrAddress},
		"LoopbackV6":  {"in either version", []string{"::1"}, httpx.ErrAddress},
		"Mapped":      {"or mixed", []string{"::ffff:127.0.0.1"}, httpx.ErrAddress},
		"Private":     {"or for a neighbour", []string{"10.0.0.1"}, httpx.ErrAddress},
		"Metadata":    {"or for the cloud's secrets", []string{"169.254.169.254"}, httpx.ErrAddress},
		"Unspecified": {"or for whatever listens here", []string{"0.0.0.0"}, httpx.ErrAddress},
		"Mixed":       {"one bad address among good ones is for the second try", []string{"8.8.8.8", "127.0.0.1"}, httpx.ErrAddress},
		"Translated":  {"the gateway would translate it back", []string{"64:ff9b::7f00:1"}, httpx.ErrAddress},
		"Nothing":     {"a name without addresses is said to be one", nil, httpx.ErrNoAddress},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := public(t, httpx.Policy{HTTP: true, Ports: []uint16{v.port}}, map[string][][]string{host: {tc.answers}}, httpx.Limits{})
			res, err := get(t, c, "http://images.debian.org:"+strconv.Itoa(int(v.port))+"/")
			if err == nil {
				_ = res.Body.Close()
			}
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	require.Zero(t, v.hits.Load(), "nobody was there")
}

// DNS rebinding: the name leads to a good address when it is looked at, and inside when it is used.
func TestTheAddressThatWasCheckedIsTheOneDialled(t *testing.T) {
	v := newVictim(t, says("inside"))
	loopback := netip.MustParsePrefix("127.0.0.1/32")
	// 127.0.0.1 stands for a good address here. The second question would be answered with a bad one: it is never asked.
	c, book := public(t, httpx.Policy{HTTP: true, Ports: []uint16{v.port}, Allow: []netip.Prefix{loopback}},
		map[string][][]string{"images.debian.org.": {{"127.0.0.1"}, {"169.254.169.254"}}}, httpx.Limits{})
	res, err := get(t, c, "http://images.debian.org:"+strconv.Itoa(int(v.port))+"/")
	require.Equal(t, "inside", body(t, res, err))
	require.Equal(t, 1, book.asked, "one question: there is no second answer to fall for")
	c.CloseIdleConnections()
	_, err = get(t, c, "http://images.debian.org:"+strconv.Itoa(int(v.port))+"/") //nolint:bodyclose // it fails
	require.ErrorIs(t, err, httpx.ErrAddress, "a new connection is checked anew")
	require.EqualValues(t, 1, v.hits.Load())
}

func TestRedirectsLeadNobodyInside(t *testing.T) {
	v := newVictim(t, says("inside"))
	inside := strconv.Itoa(int(v.port))
	var to atomic.Value
	door := newVictim(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to.Load().(string))
		w.WriteHeader(http.StatusFound)
	}))
	for name, tc := range map[string]struct {
		reason, location string
		want             error
	}{
		"Address":  {"to this machine by its other address", "http://127.0.0.2:" + inside + "/", httpx.ErrAddress},
		"Name":     {"by a name", "http://localhost:" + inside + "/", httpx.ErrURL},
		"Stranger": {"by a name of his", "http://evil.debian.org:" + inside + "/", httpx.ErrAddress},
		"Metadata": {"to the cloud's secrets", "http://169.254.169.254:" + inside + "/latest/", httpx.ErrAddress},
		"Number":   {"by an odd spelling", "http://2130706434:" + inside + "/", httpx.ErrURL},
		"Port":     {"to another service of an allowed machine", "http://127.0.0.1:22/", httpx.ErrURL},
		"File":     {"out of the web", "file:///etc/passwd", httpx.ErrRedirect},
		"User":     {"with a name before the host", "http://a@127.0.0.2:" + inside + "/", httpx.ErrRedirect},
	} {
		t.Run(name, func(t *testing.T) {
			to.Store(tc.location)
			c, _ := public(t, httpx.Policy{HTTP: true, Ports: []uint16{v.port, door.port}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}},
				map[string][][]string{"evil.debian.org.": {{"127.0.0.2"}}}, httpx.Limits{Redirects: 3})
			_, err := get(t, c, "http://127.0.0.1:"+strconv.Itoa(int(door.port))+"/") //nolint:bodyclose // it fails
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	require.Zero(t, v.hits.Load())
}

func TestAPublicClientKeepsItsLimits(t *testing.T) {
	v := newVictim(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/round" {
			http.Redirect(w, r, "/round", http.StatusFound)
			return
		}
		_, _ = w.Write(make([]byte, 2000))
	}))
	base := "http://127.0.0.1:" + strconv.Itoa(int(v.port))
	policy := httpx.Policy{AllowOrigins: []string{base}}
	c, _ := public(t, policy, nil, httpx.Limits{MaxBody: 1000, Redirects: 2})
	_, err := get(t, c, base+"/round") //nolint:bodyclose // it fails
	require.ErrorIs(t, err, httpx.ErrRedirect, "a circle ends")
	_, err = get(t, c, base+"/") //nolint:bodyclose // it fails
	require.ErrorIs(t, err, httpx.ErrBodyTooLarge)

	c, _ = public(t, policy, nil, httpx.Limits{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/", nil)
	require.NoError(t, err)
	req.Host = "somebody.else"
	_, err = c.Do(req) //nolint:bodyclose // it fails
	require.ErrorIs(t, err, httpx.ErrURL, "the host that is asked is the host that was checked")

	_, err = httpx.NewPublic(httpx.PublicConfig{})
	require.ErrorIs(t, err, httpx.ErrConfig, "without a resolver nothing is checked")
	_, err = httpx.NewPublicTransport(httpx.PublicConfig{Resolver: &phoneBook{}, Limits: httpx.Limits{MaxBody: -1}})
	require.ErrorIs(t, err, httpx.ErrConfig)

	var asked *url.Error
	c, _ = public(t, httpx.Policy{}, nil, httpx.Limits{})
	_, err = get(t, c, "https://images.debian.org/") //nolint:bodyclose // it fails
	require.ErrorAs(t, err, &asked)
	require.ErrorIs(t, err, httpx.ErrConfig, "https without TLS settings is not tried")
}
