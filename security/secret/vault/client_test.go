package vault

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/entropy/entropytest"
	"github.com/virtengine/virtengine/security/secret"
	"github.com/virtengine/virtengine/security/secret/secrettest"
)

const (
	name   = "kv/db#password"
	hidden = "h1dden-Pa55"
)

func TestAVaultKeepsTheContract(t *testing.T) {
	secrettest.Run(t, func(t *testing.T, value []byte) secrettest.Fixture {
		s := start(t)
		s.put("kv/data/team/db", map[string]any{"password": string(value), "other": "x"})
		return secrettest.Fixture{Source: s.client(t, nil), Name: "kv/team/db#password", Absent: "kv/team/other#password",
			Change: func(_ *testing.T, to []byte) { s.put("kv/data/team/db", map[string]any{"password": string(to)}) }}
	})
}

func fetched(t *testing.T, c *Client) {
	t.Helper()
	b, err := c.Fetch(t.Context(), name)
	require.NoError(t, err)
	require.True(t, b.Matches([]byte(hidden)))
}

func failed(t *testing.T, c *Client, name string) error {
	t.Helper()
	b, err := c.Fetch(t.Context(), name)
	require.Error(t, err)
	require.True(t, b.IsZero())
	require.NotContains(t, err.Error(), hidden)
	require.NotContains(t, err.Error(), "token-number")
	require.NotContains(t, err.Error(), "secret-1")
	return err
}

func ready(t *testing.T) *server {
	s := start(t)
	s.put("kv/data/db", map[string]any{"password": hidden, "port": 5432, "none": nil, "empty": ""})
	return s
}

func TestOneLoginServesManyReads(t *testing.T) {
	s := ready(t)
	c := s.client(t, func(conf *Config) { conf.Namespace = "team/a" })
	for range 3 {
		fetched(t, c)
	}
	require.Equal(t, 1, s.count(login))
	require.Equal(t, 3, s.count(readDB))
	require.Equal(t, "team/a", s.named)
}

func TestATokenIsRenewedBeforeItEndsAndReplacedWhenItMust(t *testing.T) {
	s := ready(t)
	c := s.client(t, nil)
	fetched(t, c)
	s.pass(39 * time.Minute)
	fetched(t, c)
	require.Zero(t, s.count(renew), "not yet two thirds of its hour")
	s.pass(time.Minute)
	fetched(t, c)
	require.Equal(t, 1, s.count(renew))
	require.Equal(t, 1, s.count(login))

	s.pass(40 * time.Minute)
	fetched(t, c)
	require.Equal(t, 2, s.count(renew), "to the end of its two hours")
	s.pass(30 * time.Minute)
	fetched(t, c)
	require.Equal(t, 3, s.count(renew))
	require.Equal(t, 2, s.count(login), "a renewal that adds nothing means that a new one is due")
	s.pass(3 * time.Hour)
	fetched(t, c)
	require.Equal(t, 3, s.count(login), "one that has ended meanwhile is not renewed")
}

func TestAServerThatIsAwayAtRenewalDoesNoHarm(t *testing.T) {
	s := ready(t)
	c := s.client(t, nil)
	fetched(t, c)
	s.pass(45 * time.Minute)
	for range 2 * attempts { // the renewal, and the login after it
		s.faults = append(s.faults, func(w http.ResponseWriter) { refuse(w, 500, "internal error") })
	}
	fetched(t, c)
	before := len(s.seen)
	fetched(t, c)
	require.Len(t, s.seen, before+1, "and it is not asked again at every read")
	s.pass(time.Minute)
	fetched(t, c)
	require.Equal(t, attempts+1, s.count(renew), "but soon")
}

func TestARevokedTokenIsReplaced(t *testing.T) {
	s := ready(t)
	c := s.client(t, nil)
	fetched(t, c)
	s.tokens = map[string]*token{}
	s.pass(time.Minute)
	fetched(t, c)
	require.Equal(t, 2, s.count(login))

	refused := session{token: c.session.token}
	s.pass(time.Minute)
	for range 2 { // two readers whom the server refused at the same moment
		_, err := c.anew(t.Context(), refused)
		require.NoError(t, err)
	}
	require.Equal(t, 3, s.count(login), "one login serves both")
	require.ErrorIs(t, failed(t, c, "forbidden/db#password"), secret.ErrDenied)
	require.Equal(t, 3, s.count(login), "a refusal right after a login means the secret and not the token")
	s.pass(time.Minute)
	require.ErrorIs(t, failed(t, c, "forbidden/db#password"), secret.ErrDenied)
	require.Equal(t, 4, s.count(login), "later it could mean either, and is tried once")
}

func TestWrongCredentialsAreDenied(t *testing.T) {
	s := ready(t)
	wrong := "secret-2"
	c := s.client(t, func(conf *Config) { conf.Login = AppRole("approle", credential(&s.role[0]), credential(&wrong)) })
	require.ErrorIs(t, failed(t, c, name), secret.ErrDenied)
	require.Equal(t, 1, s.count(login), "and not tried again, since some servers lock out who does")
	wrong = "secret-1"
	fetched(t, c)

	away := errors.New("no file")
	none := func(context.Context) (secret.Text, error) { return secret.Text{}, away }
	empty := func(context.Context) (secret.Text, error) { return secret.Text{}, nil }
	for reason, tc := range map[string]struct {
		login Login
		want  error
	}{
		"a credential that cannot be fetched": {AppRole("approle", credential(&wrong), none), away},
		"one that is nothing":                 {AppRole("approle", empty, credential(&wrong)), secret.ErrEmpty},
		"a token that cannot be fetched":      {Token(none), away},
		"a method that is not mounted":        {AppRole("other/place", credential(&s.role[0]), credential(&s.role[1])), secret.ErrDenied},
	} {
		c := s.client(t, func(conf *Config) { conf.Login = tc.login })
		require.ErrorIs(t, failed(t, c, name), tc.want, reason)
	}
	for _, l := range []Login{Token(nil), AppRole("approle", nil, nil)} {
		require.Error(t, failed(t, s.client(t, func(conf *Config) { conf.Login = l }), name))
	}
}

func TestATokenOfOthers(t *testing.T) {
	s := ready(t)
	mine := "root"
	c := s.client(t, func(conf *Config) { conf.Login = Token(credential(&mine)) })
	fetched(t, c)
	s.pass(1000 * time.Hour)
	fetched(t, c)
	require.Equal(t, 1, s.count(lookup), "one without end is looked up once")

	s.tokens["short"] = &token{ends: s.now.Add(time.Hour)}
	short := "short"
	c = s.client(t, func(conf *Config) { conf.Login = Token(credential(&short)) })
	fetched(t, c)
	s.pass(2 * time.Hour)
	require.ErrorIs(t, failed(t, c, name), secret.ErrDenied)
	short = "root"
	fetched(t, c) // whoever makes it put another in its place
	s.tokens["ending"] = &token{ends: s.now.Add(time.Second / 2)}
	ending := "ending"
	c = s.client(t, func(conf *Config) { conf.Login = Token(credential(&ending)) })
	require.ErrorIs(t, failed(t, c, name), secret.ErrDenied, "no seconds left is not no end")
}

func TestWhatMayGetBetterIsTriedAgain(t *testing.T) {
	fault := func(status int, errors ...string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { refuse(w, status, errors...) }
	}
	slow := func(seconds string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.Header().Set("Retry-After", seconds); refuse(w, 429, "rate limit") }
	}
	hangUp := func(http.ResponseWriter) { panic(http.ErrAbortHandler) }
	for name, tc := range map[string]struct {
		reason string
		fault  func(http.ResponseWriter)
		times  int
		pauses int
		least  time.Duration // of the first pause
		want   error
	}{
		"Internal":     {"an internal error passes", fault(500), 2, 2, 125 * time.Millisecond, nil},
		"Gateway":      {"a balancer finds no node", fault(502), 1, 1, 125 * time.Millisecond, nil},
		"Maintenance":  {"503 without a seal", fault(503, "down"), 1, 1, 125 * time.Millisecond, nil},
		"Behind":       {"a replica has not seen our token yet", fault(412), 1, 1, 125 * time.Millisecond, nil},
		"Throttled":    {"the server says when", slow("3"), 1, 1, 3 * time.Second, nil},
		"HungUp":       {"a connection breaks, and the one that net/http then tries", hangUp, 2, 1, 125 * time.Millisecond, nil},
		"StaysBroken":  {"five attempts are enough", fault(500), attempts, attempts - 1, 125 * time.Millisecond, secret.ErrUnavailable},
		"StaysSlow":    {"throttling has its own error", slow("1"), attempts, attempts - 1, time.Second, secret.ErrThrottled},
		"AsksTooMuch":  {"nobody waits an hour here", slow("3600"), 1, 0, 0, secret.ErrThrottled},
		"Sealed":       {"a seal opens for people only", fault(503, "Vault is sealed"), 1, 0, 0, ErrSealed},
		"SealedIsAway": {"and it is also unavailability", fault(503, "OpenBao is sealed"), 1, 0, 0, secret.ErrUnavailable},
		"BadRequest":   {"what is wrong stays wrong", fault(400, "bad"), 1, 0, 0, secret.ErrReference},
		"Teapot":       {"so does what we do not know", fault(418), 1, 0, 0, secret.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			s := ready(t)
			c := s.client(t, nil)
			fetched(t, c)
			for range tc.times {
				s.faults = append(s.faults, tc.fault)
			}
			_, err := c.Fetch(t.Context(), "kv/db#password")
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.Len(t, s.slept, tc.pauses)
			if tc.pauses > 0 {
				require.GreaterOrEqual(t, s.slept[0], tc.least)
				require.LessOrEqual(t, s.slept[0], tc.least+250*time.Millisecond)
			}
			for i := 1; i < len(s.slept); i++ {
				require.LessOrEqual(t, s.slept[i-1]/2, s.slept[i])
				require.LessOrEqual(t, s.slept[i], mostWait+tc.least)
			}
		})
	}
}

func TestNobodyWaitsForWhatIsCancelled(t *testing.T) {
	s := ready(t)
	c := s.client(t, nil)
	fetched(t, c)
	why := errors.New("shut down")
	ctx, cancel := context.WithCancelCause(t.Context())
	s.asleep = func(ctx context.Context, _ time.Duration) error { cancel(why); return context.Cause(ctx) }
	s.faults = append(s.faults, func(w http.ResponseWriter) { refuse(w, 500) })
	_, err := c.Fetch(ctx, name)
	require.ErrorIs(t, err, why)

	during, stop := context.WithCancelCause(t.Context())
	s.faults = append(s.faults, func(http.ResponseWriter) { stop(why); panic(http.ErrAbortHandler) })
	_, err = c.Fetch(during, name)
	require.ErrorIs(t, err, why, "also while the server is at work")

	<-c.turn // somebody else is logging in, for long
	waiting, leave := context.WithCancelCause(t.Context())
	leave(why)
	_, err = c.current(waiting)
	require.ErrorIs(t, err, why)
	c.give()
}

func TestATokenGoesToNobodyElse(t *testing.T) {
	s := ready(t)
	stranger := 0
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stranger++ }))
	t.Cleanup(other.Close)
	c := s.client(t, nil)
	fetched(t, c) // a session, whose token a redirected read would carry along
	for _, status := range []int{301, 302, 303, 307, 308} {
		s.faults = append(s.faults, func(w http.ResponseWriter) { w.Header().Set("Location", other.URL); w.WriteHeader(status) })
		err := failed(t, c, name)
		require.ErrorIs(t, err, ErrRedirected)
		require.ErrorIs(t, err, secret.ErrUnavailable)
	}
	require.Zero(t, stranger)
	require.Nil(t, s.Client().CheckRedirect, "the caller's own client is as it was")

	s.seen = nil
	c = s.client(t, func(conf *Config) {
		conf.HTTP = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{}}}
	})
	require.ErrorIs(t, failed(t, c, name), secret.ErrUnavailable, "a certificate that we do not trust ends it before the token is sent")
	require.Empty(t, s.seen)
}

func TestAnswersThatHoldNoSecret(t *testing.T) {
	s := ready(t)
	meta := `,"metadata":{"version":4,"deletion_time":"2026-11-23T11:00:00Z","destroyed":`
	for path, raw := range map[string]string{
		"garbage": "<html>", "array": "[]", "v1": `{"data":{"password":"` + hidden + `"}}`, "endless": strings.Repeat(" ", maxBody+1),
		"deleted": `{"data":{"data":null` + meta + `false}}}`, "destroyed": `{"data":{"data":null` + meta + `true}}}`,
	} {
		s.raw["kv/data/"+path] = raw
	}
	s.status["kv/data/deleted"], s.status["kv/data/destroyed"] = 404, 404
	c := s.client(t, nil)
	for name, tc := range map[string]struct {
		reason, name, says string
		want               error
	}{
		"Absent":    {"nothing is there", "kv/nothing#x", "KV engine of version 2", secret.ErrNotFound},
		"Field":     {"another field is meant", "kv/db#passwort", "no field", secret.ErrNotFound},
		"Number":    {"a number has several texts", "kv/db#port", "no JSON string", secret.ErrNotText},
		"Null":      {"null is nothing", "kv/db#none", "no JSON string", secret.ErrNotText},
		"Empty":     {"an empty password is none", "kv/db#empty", "empty", secret.ErrEmpty},
		"Deleted":   {"a deleted secret is not the one before it", "kv/deleted#x", "was deleted at", secret.ErrNotFound},
		"Destroyed": {"nor is a destroyed one", "kv/destroyed#x", "was destroyed", secret.ErrNotFound},
		"Garbage":   {"not the API", "kv/garbage#x", "not that of a KV engine", secret.ErrUnavailable},
		"Array":     {"not its form", "kv/array#x", "not that of a KV engine", secret.ErrUnavailable},
		"Version1":  {"another engine's answer", "kv/v1#password", "", secret.ErrNotFound},
		"Endless":   {"an answer that does not end", "kv/endless#x", "more than", secret.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			err := failed(t, c, tc.name)
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.ErrorContains(t, err, tc.says)
		})
	}
}

func TestErrorsOfOthersAreMadeFit(t *testing.T) {
	s := ready(t)
	c := s.client(t, nil)
	fetched(t, c)
	s.faults = append(s.faults, func(w http.ResponseWriter) {
		refuse(w, 400, "token=hvs.abcdefghijklmnopqrstuvwx \x1b[31m"+strings.Repeat("long ", 500))
	})
	_, err := c.Fetch(t.Context(), name)
	require.NotContains(t, err.Error(), "abcdefghijkl")
	require.NotContains(t, err.Error(), "\x1b")
	require.Less(t, len(err.Error()), 600)
}

func TestNamesInAVault(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, name, path string
		want               error
	}{
		"Plain":   {"mount, path, field", "kv/db#password", "/v1/kv/data/db", nil},
		"Deep":    {"a path of several parts", "kv/a/b/c#x", "/v1/kv/data/a/b/c", nil},
		"Escaped": {"what means something in URLs is escaped", "kv/a?b%2f..#x", "/v1/kv/data/a%3Fb%252f..", nil},
		"NoField": {"a whole secret is no value", "kv/db", "", secret.ErrReference},
		"Fields":  {"which of the two", "kv/db#a#b", "", secret.ErrReference},
		"NoPath":  {"a mount is no secret", "kv#x", "", secret.ErrReference},
		"Dots":    {"a path does not lead elsewhere", "kv/../sys/raw#x", "", secret.ErrReference},
		"Double":  {"nor through nothing", "kv//db#x", "", secret.ErrReference},
		"End":     {"nor into a folder", "kv/db/#x", "", secret.ErrReference},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			_, err := s.client(t, nil).Fetch(t.Context(), tc.name)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want, tc.reason)
				require.Empty(t, s.seen)
				return
			}
			require.ErrorIs(t, err, secret.ErrNotFound)
			require.Equal(t, []string{login, "GET " + tc.path}, s.seen, tc.reason)
		})
	}
}

func TestHealth(t *testing.T) {
	for status, want := range map[int]Health{200: Active, 429: Standby, 472: DisasterRecovery, 473: PerformanceStandby, 501: NotInitialized, 503: Sealed} {
		s := start(t)
		s.faults = append(s.faults, func(w http.ResponseWriter) { w.WriteHeader(status) })
		have, err := s.client(t, nil).Health(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, have)
		require.Equal(t, []string{"GET /v1/sys/health"}, s.seen, "without a login")
	}
	s := start(t)
	c := s.client(t, nil)
	s.faults = append(s.faults, func(w http.ResponseWriter) { w.WriteHeader(404) })
	_, err := c.Health(t.Context())
	require.ErrorIs(t, err, secret.ErrUnavailable)
	s.Close()
	_, err = c.Health(t.Context())
	require.ErrorIs(t, err, secret.ErrUnavailable)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Health(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestKeepingAToken(t *testing.T) {
	s := ready(t)
	c := s.client(t, nil)
	why := errors.New("shut down")
	ctx, cancel := context.WithCancelCause(t.Context())
	var failures []error
	s.faults = append(s.faults, func(w http.ResponseWriter) { refuse(w, 503, "sealed") })
	s.asleep = func(ctx context.Context, d time.Duration) error {
		s.pass(d)
		if s.count(renew) == 2 {
			cancel(why)
		}
		return context.Cause(ctx)
	}
	require.ErrorIs(t, c.Keep(ctx, func(err error) { failures = append(failures, err) }), why)
	require.Len(t, failures, 1)
	require.ErrorIs(t, failures[0], ErrSealed)
	require.Equal(t, 2, s.count(login), "the refused one and the good one")
	require.Equal(t, []time.Duration{askedWait, 40 * time.Minute, 40 * time.Minute}, s.slept[:3])
}

func TestAClientNeedsAllItsParts(t *testing.T) {
	good := func() Config {
		return Config{Address: "https://vault.example:8200", HTTP: &http.Client{}, Login: Token(nil), Now: time.Now,
			Sleep: func(context.Context, time.Duration) error { return nil }, Entropy: entropytest.Reader(t, 1)}
	}
	_, err := New(good())
	require.NoError(t, err)
	for name, spoil := range map[string]func(*Config){
		"HTTP": func(c *Config) { c.HTTP = nil }, "Login": func(c *Config) { c.Login = nil }, "Now": func(c *Config) { c.Now = nil },
		"Sleep": func(c *Config) { c.Sleep = nil }, "Entropy": func(c *Config) { c.Entropy = nil }, "NoAddress": func(c *Config) { c.Address = "" },
		//ve:allow secrets made up: an address with a password is what is refused
		"Clear": func(c *Config) { c.Address = "http://vault.example" }, "User": func(c *Config) { c.Address = "https://u:" + hidden + "@vault.example" },
		"NoURL": func(c *Config) { c.Address = "https://" + hidden + ":x\x7f" }, "Query": func(c *Config) { c.Address = "https://vault.example?token=" + hidden },
		"Namespace": func(c *Config) { c.Namespace = "a\r\nX-Vault-Token: b" },
	} {
		conf := good()
		spoil(&conf)
		_, err := New(conf)
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), hidden, name)
	}
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"kv/db#password", "kv/a/b#c", "#", "a/#b", "a/b#c#d", "a/../b#c", "ä/ö#ü"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseName(s)
		if err != nil {
			if !errors.Is(err, secret.ErrReference) {
				t.Fatal(err)
			}
			return
		}
		if got.mount+"/"+strings.Join(got.path, "/")+"#"+got.name != s {
			t.Fatalf("%q is read as %v", s, got)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	for _, s := range []string{`{"data":{"data":{"x":"y"},"metadata":{"version":1}}}`, `{"data":{"data":{"x":null}}}`, `{"data":null}`, `[]`,
		`{"errors":["a\u0000"]}`, `{"data":{"metadata":{"version":1,"deletion_time":"\u001b"}}}`, `{"auth":{"client_token":"a","lease_duration":-1}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := field{"kv", []string{"a"}, "x"}.in(bytes.Clone(body))
		if (err == nil) == b.IsZero() {
			t.Fatal("neither a secret nor an error, or both")
		}
		for _, text := range []string{messages(body), gone(body).Error()} {
			if strings.ContainsAny(text, "\x00\x1b\n") || len(text) > 2000 {
				t.Fatalf("%q", text)
			}
		}
	})
}
