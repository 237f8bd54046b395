package httpx_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/httpx"
)

func TestWhatAClientOfOursRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		config httpx.ClientConfig
		url    string
		want   error
	}{
		"Plain":     {"http goes no further than this machine", httpx.ClientConfig{}, "http://192.0.2.1/", httpx.ErrPlaintext},
		"Name":      {"nor to a name that may be anywhere", httpx.ClientConfig{}, "http://node.debian.org/", httpx.ErrPlaintext},
		"NoTLS":     {"https needs settings that say whom to trust", httpx.ClientConfig{}, "https://192.0.2.1/", httpx.ErrConfig},
		"Protocol":  {"there are two schemes", httpx.ClientConfig{}, "ftp://127.0.0.1/", httpx.ErrURL},
		"OtherHost": {"a server that looks local is not", httpx.ClientConfig{}, "http://localhost.debian.org/", httpx.ErrPlaintext},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, client(t, tc.config), tc.url) //nolint:bodyclose // it fails
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	for name, c := range map[string]httpx.ClientConfig{
		"RelativeSocket": {Unix: "run/node.sock"},
		"SocketAndProxy": {Unix: "/run/node.sock", EnvironmentProxy: true},
		"NoEnd":          {Limits: httpx.Limits{Timeout: -1}},
		"StreamWithEnd":  {Limits: httpx.Limits{Stream: true, Timeout: time.Second}},
		"Circles":        {Limits: httpx.Limits{Redirects: 21}},
	} {
		_, err := httpx.NewClient(c)
		require.ErrorIs(t, err, httpx.ErrConfig, name)
	}
}

func TestPinnedClient(t *testing.T) {
	server, pinned := secure(t)
	r := serve(t, httpx.ServerConfig{Handler: says("hello"), TLS: server})
	_, port, _ := strings.Cut(r.addr, ":")
	res, err := get(t, client(t, httpx.ClientConfig{TLS: pinned}), "https://localhost:"+port+"/")
	require.Equal(t, "hello", body(t, res, err))

	_, other := secure(t)
	_, err = get(t, client(t, httpx.ClientConfig{TLS: other}), "https://localhost:"+port+"/") //nolint:bodyclose // it fails
	require.Error(t, err, "another server's pin")
}

// A redirect takes no credentials along to somebody else.
func TestCredentialsStayWhereTheyWereSent(t *testing.T) {
	seen := make(chan http.Header, 4)
	thief := serve(t, httpx.ServerConfig{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header })})
	door := serve(t, httpx.ServerConfig{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.url()+"/", http.StatusTemporaryRedirect)
	})})
	c := client(t, httpx.ClientConfig{Limits: httpx.Limits{Redirects: 1}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, door.url()+"/?token=t", nil)
	require.NoError(t, err)
	for _, h := range []string{"Authorization", "Cookie", "X-Vault-Token", "X-Api-Key", "Accept"} {
		req.Header.Set(h, "v")
	}
	res, err := c.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	got := <-seen
	require.Equal(t, "v", got.Get("Accept"))
	for _, h := range []string{"Authorization", "Cookie", "X-Vault-Token", "X-Api-Key", "Referer"} {
		require.Empty(t, got.Get(h), h)
	}
	post, err := http.NewRequestWithContext(t.Context(), http.MethodPost, door.url()+"/", strings.NewReader("secret"))
	require.NoError(t, err)
	_, err = c.Do(post) //nolint:bodyclose // it fails
	require.ErrorIs(t, err, httpx.ErrRedirect, "a body is for whom it was sent to")
	_, err = get(t, client(t, httpx.ClientConfig{}), door.url()+"/") //nolint:bodyclose // it fails
	require.ErrorIs(t, err, httpx.ErrRedirect, "without a number none is followed")
	require.Empty(t, seen)
}

func TestJSONAnswers(t *testing.T) {
	var text string
	r := serve(t, httpx.ServerConfig{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(text))
	})})
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"One":   {"one value", `{"a":1}`, nil},
		"Two":   {"and no second one behind it", `{"a":1}{"a":2}`, httpx.ErrBody},
		"Half":  {"and all of it", `{"a":`, httpx.ErrBody},
		"Other": {"of the kind that was asked for", `[1]`, httpx.ErrBody},
		"Long":  {"within its limit", `{"a":1` + strings.Repeat(" ", 2000) + `}`, httpx.ErrBodyTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			text = tc.text
			res, err := get(t, client(t, httpx.ClientConfig{}), r.url()+"/")
			require.NoError(t, err)
			var v struct{ A int }
			require.ErrorIs(t, httpx.ReadJSON(res, 1000, &v), tc.want, tc.reason)
		})
	}
}
