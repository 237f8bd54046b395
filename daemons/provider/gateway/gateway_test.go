package gateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	wire "github.com/virtengine/virtengine/chain/client/gateway"
	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/tlsconf"
)

func TestOnlyThreePathsAreOpenToEverybody(t *testing.T) {
	var open []string
	for _, r := range routes {
		if r.scope == "" {
			open = append(open, r.path)
		}
	}
	require.Equal(t, []string{"/version", "/status", "/address"}, open, "they tell who answers, and nothing of any lease")
}

func TestWhoMayAsk(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		ask    func(f *fixture) error
		want   string
	}{
		"Owner": {"the lease's owner is answered", func(f *fixture) error {
			_, err := f.alice().Status(f.t.Context(), 7)
			return err
		}, "<nil>"},
		"Stranger": {"somebody else is told what they would be told of no lease at all", func(f *fixture) error {
			_, err := f.as(mallory, us, authn.AllScopes()...).Status(f.t.Context(), 7)
			return err
		}, "unknown-lease"},
		"NoLease": {"there is no such lease", func(f *fixture) error {
			_, err := f.alice().Status(f.t.Context(), 1000)
			return err
		}, "unknown-lease"},
		"AnotherProvidersLease": {"we speak for our own leases", func(f *fixture) error {
			_, err := f.alice().Status(f.t.Context(), 9)
			return err
		}, "unknown-lease"},
		"AnotherProvidersToken": {"a token made for another provider opens nothing here", func(f *fixture) error {
			_, err := f.as(alice, "ve1other", authn.AllScopes()...).Status(f.t.Context(), 7)
			return err
		}, "token-refused"},
		"WrongScope": {"who may read logs may not send a manifest", func(f *fixture) error {
			return f.as(alice, us, authn.ScopeLogs).PutManifest(f.t.Context(), 7, webGroup())
		}, "scope"},
		"Stale": {"a stale token is told apart, so that the client signs a new one", func(f *fixture) error {
			conf, err := tlsconf.Pinned(f.now, f.pin)
			require.NoError(f.t, err)
			token, err := authn.Issue(f.keys[alice].Sign, alice, us, []authn.Grant{{Scopes: authn.AllScopes()}}, f.now().Add(-time.Hour), time.Minute, rand.Reader)
			require.NoError(f.t, err)
			c, err := wire.New(wire.Config{URL: f.url, TLS: conf, Token: func() (string, error) { return token, nil }})
			require.NoError(f.t, err)
			defer c.Close()
			_, err = c.Status(f.t.Context(), 7)
			return err
		}, "token-expired"},
		"ChainAway": {"what cannot be checked is refused", func(f *fixture) error {
			f.chain.set(true)
			_, err := f.alice().Status(f.t.Context(), 7)
			return err
		}, "chain-away"},
		"Zero": {"a lease has a number", func(f *fixture) error {
			_, err := f.alice().Status(f.t.Context(), 0)
			return err
		}, "bad-lease"},
		"Closed": {"a lease that ended takes no manifest", func(f *fixture) error {
			return f.alice().PutManifest(f.t.Context(), 8, webGroup())
		}, "lease-closed"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, code(tc.ask(newFixture(t))), tc.reason)
		})
	}
}

func TestRawRequests(t *testing.T) {
	f := newFixture(t)
	conf, err := tlsconf.Pinned(f.now, f.pin)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}
	t.Cleanup(client.CloseIdleConnections)
	for name, tc := range map[string]struct {
		reason, method, path, auth, body, want string
	}{
		"Version":   {"who answers is no secret", "GET", "/version", "", "", `"address":"ve1provider"`},
		"NoToken":   {"nothing of a lease without a token", "GET", "/lease/7/status", "", "", `"code":"no-token"`},
		"Basic":     {"another scheme is no token", "GET", "/lease/7/status", "Basic YWxpY2U6", "", `"code":"no-token"`},
		"Garbage":   {"what is no token is refused as one", "GET", "/lease/7/status", "Bearer abc", "", `"code":"token-refused"`},
		"NoSuch":    {"an unknown path says where the paths are", "GET", "/leases", "", "", `"code":"no-route"`},
		"Escape":    {"a path cannot climb", "GET", "/lease/7/../../etc/passwd", "", "", `"code":"no-route"`},
		"NotNumber": {"a lease's number is a number", "GET", "/lease/seven/status", "", "", `"code":"bad-lease"`},
		"Akash":     {"the long paths ask for a token, too", "GET", "/lease/7/1/1/status", "", "", `"code":"no-token"`},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), tc.method, f.url+tc.path, strings.NewReader(tc.body))
			require.NoError(t, err)
			req.URL.Opaque = strings.TrimPrefix(f.url, "https:") + tc.path // not cleaned by the client
			if tc.auth != "" {
				req.Header.Set("Authorization", tc.auth)
			}
			res, err := client.Do(req)
			require.NoError(t, err)
			body, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			require.Contains(t, string(body), tc.want, tc.reason)
		})
	}
}

func TestManifest(t *testing.T) {
	f := newFixture(t)
	c := f.alice()
	_, err := c.Manifest(t.Context(), 7)
	require.Equal(t, "no-manifest", code(err))

	other := webGroup()
	other.Services[0].Image = "local/other"
	err = c.PutManifest(t.Context(), 7, other)
	require.Equal(t, "wrong-hash", code(err))
	want, hashErr := webGroup().Hash()
	require.NoError(t, hashErr)
	require.ErrorContains(t, err, "the chain says "+hex.EncodeToString(want[:]), "both hashes are named")

	require.NoError(t, c.PutManifest(t.Context(), 7, webGroup()))
	require.NoError(t, c.PutManifest(t.Context(), 7, webGroup()), "sending it twice is harmless")
	back, err := c.Manifest(t.Context(), 7)
	require.NoError(t, err)
	require.NotContains(t, back.Services[0].Credentials.Password, "hunter2", "a secret is not read back")

	broken := webGroup()
	broken.Services[0].Name, broken.Services[0].Count = "Not A Label", 0
	_, err = broken.Canonical()
	require.ErrorIs(t, err, manifest.ErrInvalid, "the client refuses it before it is sent")
}

func TestATooLargeManifestIsRefused(t *testing.T) {
	f := newFixture(t)
	conf, err := tlsconf.Pinned(f.now, f.pin)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}
	t.Cleanup(client.CloseIdleConnections)
	token, err := authn.Issue(f.keys[alice].Sign, alice, us, []authn.Grant{{Scopes: authn.AllScopes()}}, f.now(), time.Minute, rand.Reader)
	require.NoError(t, err)
	for body, want := range map[string]string{
		`{"name":"` + strings.Repeat("a", maxBody) + `"}`: "", // refused, by the reader or by the manifest's own limit
		`{"name":"x","surprise":1}`:                       "bad-manifest",
		`{`:                                               "bad-manifest",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, f.url+"/lease/7/manifest", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := client.Do(req)
		require.NoError(t, err)
		answer, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, 4, res.StatusCode/100, string(answer))
		require.Contains(t, string(answer), want)
	}
	require.Zero(t, f.tenants.puts)
}

func TestStatusAndEvents(t *testing.T) {
	f := newFixture(t)
	s, err := f.alice().Status(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, "running", s.Workload)
	require.Equal(t, "198.51.100.1:30000", s.Services[0].Endpoints[0].Address)
	require.Equal(t, "0", s.Usage.CPU, "nothing measured is zero, not nothing")
	require.Len(t, s.Usage.Gaps, 1, "a gap is shown as a gap")
	require.Equal(t, "backend is unavailable", s.Queue[0].LastError)

	events, err := f.alice().Events(t.Context(), 7, noon)
	require.NoError(t, err)
	require.Equal(t, []wire.Event{{At: noon.Add(time.Second), Kind: "started", Message: "up"}}, events)
}

func TestTheChainIsNotAskedForEveryRequest(t *testing.T) {
	f := newFixture(t)
	for range 3 {
		_, err := f.alice().Status(t.Context(), 7)
		require.NoError(t, err)
	}
	require.Equal(t, 1, f.chain.asked)
	f.pass(cacheLife + time.Second)
	_, err := f.alice().Status(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, 2, f.chain.asked, "an answer is believed for five seconds")
}

func TestLogs(t *testing.T) {
	f := newFixture(t)
	var texts []string
	require.NoError(t, f.alice().Logs(t.Context(), 7, wire.LogQuery{Tail: 2}, func(l wire.LogLine) error {
		texts = append(texts, l.Text)
		return nil
	}))
	require.Equal(t, []string{"two", "three"}, texts)

	ctx, cancel := context.WithCancel(t.Context())
	err := f.alice().Logs(ctx, 7, wire.LogQuery{Follow: true}, func(l wire.LogLine) error {
		if l.Text == "three" {
			cancel() // the tenant has seen enough
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)

	err = f.as(alice, us, authn.ScopeShell).Logs(t.Context(), 7, wire.LogQuery{}, func(wire.LogLine) error { return nil })
	require.Equal(t, "scope", code(err), "a stream asks for its scope as well")
}

func TestStreamsPerLeaseAreBounded(t *testing.T) {
	s := &streams{open: map[uint64]int{}}
	var leave func()
	for range maxStreams {
		var err error
		leave, err = s.enter(7)
		require.NoError(t, err)
	}
	_, err := s.enter(7)
	require.ErrorIs(t, err, errTooManyStreams)
	_, err = s.enter(8)
	require.NoError(t, err, "one lease does not take another's")
	leave()
	_, err = s.enter(7)
	require.NoError(t, err)
}

func TestShell(t *testing.T) {
	f := newFixture(t)
	for name, tc := range map[string]struct {
		reason   string
		shell    wire.Shell
		exit     int
		out, err string
		code     string
	}{
		"Output":  {"a command's words arrive as they were sent", wire.Shell{Command: []string{"echo", "a b", "$HOME"}}, 0, "echo a b $HOME", "", ""},
		"Failure": {"the exit code and stderr arrive", wire.Shell{Command: []string{"fail"}}, 3, "", "no\n", ""},
		"Stdin":   {"input ends where it ends", wire.Shell{Command: []string{"cat"}, Stdin: strings.NewReader("meow")}, 0, "meow", "", ""},
		"Size":    {"a terminal's size arrives", wire.Shell{Command: []string{"size"}, TTY: true, Resize: sized(80, 24)}, 0, "80x24", "", ""},
		"NoName":  {"a service that is not there is a clear no", wire.Shell{Service: "db", Command: []string{"echo"}}, 0, "", "", "no-workload"},
		"Nothing": {"a shell needs a command", wire.Shell{}, 0, "", "", "bad-query"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			s := tc.shell
			s.Stdout, s.Stderr = &out, &errs
			if s.Service == "" {
				s.Service = "web"
			}
			exit, err := f.alice().Shell(t.Context(), 7, s)
			if tc.code != "" {
				require.Equal(t, tc.code, code(err), tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			require.Equal(t, tc.exit, exit, tc.reason)
			require.Equal(t, tc.out, out.String(), tc.reason)
			require.Equal(t, tc.err, errs.String(), tc.reason)
		})
	}
}

func sized(columns, rows uint16) <-chan wire.Size {
	sizes := make(chan wire.Size, 1)
	sizes <- wire.Size{Columns: columns, Rows: rows}
	return sizes
}

func TestAPageOfSomebodyElseCannotOpenAStream(t *testing.T) {
	f := newFixture(t)
	conf, err := tlsconf.Pinned(f.now, f.pin)
	require.NoError(t, err)
	token, err := authn.Issue(f.keys[alice].Sign, alice, us, []authn.Grant{{Scopes: authn.AllScopes()}}, f.now(), time.Minute, rand.Reader)
	require.NoError(t, err)
	_, res, err := websocket.Dial(t.Context(), f.url+"/lease/7/logs", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: conf}},
		HTTPHeader: http.Header{"Authorization": {"Bearer " + token}, "Origin": {"https://evil.example"}},
	})
	require.Error(t, err)
	require.Equal(t, http.StatusForbidden, res.StatusCode)
}

func TestAStopWaitsForNobodyForEver(t *testing.T) {
	f := newFixture(t)
	started := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		once := false
		ended <- f.alice().Logs(t.Context(), 7, wire.LogQuery{Follow: true}, func(wire.LogLine) error {
			if !once {
				once = true
				close(started)
			}
			return nil
		})
	}()
	<-started
	require.NoError(t, f.stop(), "a stream that is followed does not keep the daemon from stopping")
	require.Error(t, <-ended, "and the follower learns that it ended")
}

func TestAWrongServerIsRefusedByTheClient(t *testing.T) {
	f := newFixture(t)
	other, err := tlsconf.SelfSigned(us, nil, noon, time.Hour, rand.Reader)
	require.NoError(t, err)
	pin, err := other.DER()
	require.NoError(t, err)
	conf, err := tlsconf.Pinned(f.now, pin)
	require.NoError(t, err)
	c, err := wire.New(wire.Config{URL: f.url, TLS: conf, Token: func() (string, error) { return "", nil }})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.Version(t.Context())
	require.ErrorIs(t, err, tlsconf.ErrNotPinned, "same name, another key")

	f.pass(48 * time.Hour)
	_, err = f.alice().Version(t.Context())
	require.ErrorIs(t, err, tlsconf.ErrCertificateExpired)
}

func TestAGatewayNeedsAllItsParts(t *testing.T) {
	_, err := New(Deps{ChainID: "ve-test", Provider: us})
	require.Error(t, err, "a missing dependency is a start-up failure")
	_, err = NewOnChain(nil, nil, nil)
	require.Error(t, err)
	_, err = wire.New(wire.Config{URL: "http://plain.example", TLS: nil})
	require.Error(t, err, "plain HTTP is not spoken")
}

// TestTheProtocolsPageListsEveryRoute compares docs/protocols/gateway.md with the route table and the refusals.
func TestTheProtocolsPageListsEveryRoute(t *testing.T) {
	page := readPage(t)
	var documented, served []string
	for _, row := range regexp.MustCompile("(?m)^\\| (GET|PUT) \\| `([^`]+)` \\| (?:`([a-z-]+)`)? ?\\|").FindAllStringSubmatch(page, -1) {
		documented = append(documented, row[1]+" "+row[2]+" "+row[3])
	}
	for _, r := range routes {
		served = append(served, r.method+" "+r.path+" "+string(r.scope))
	}
	require.Equal(t, served, documented)
	for _, p := range problems {
		require.Contains(t, page, "`"+p.code+"`", "every refusal is on the page")
	}
}

func readPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "protocols", "gateway.md"))
	require.NoError(t, err)
	return string(page)
}
