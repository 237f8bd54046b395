package vault

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/entropy/entropytest"
	"github.com/virtengine/virtengine/security/secret"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// server answers as the documentation of the API says that Vault and OpenBao do, over TLS, with a clock that a test moves.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	now    time.Time
	fields map[string]map[string]any // by MOUNT/data/PATH
	raw    map[string]string         // whole answers of other kinds, by the same
	status map[string]int            // and their status
	tokens map[string]*token
	role   [2]string // role id and secret id
	ttl    time.Duration
	maxTTL time.Duration
	sealed bool
	faults []func(http.ResponseWriter) // answers to the next requests, in their order
	seen   []string                    // METHOD path
	slept  []time.Duration
	named  string // the last namespace
	asleep func(ctx context.Context, d time.Duration) error
}

type token struct {
	ends, most time.Time // zero: never
	renewable  bool
}

func start(t *testing.T) *server {
	s := &server{now: noon, fields: map[string]map[string]any{}, raw: map[string]string{}, status: map[string]int{},
		tokens: map[string]*token{"root": {}}, role: [2]string{"role-1", "secret-1"}, ttl: time.Hour, maxTTL: 2 * time.Hour}
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that tests break
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (s *server) put(path string, fields map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fields[path] = fields
}

func (s *server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *server) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *server) count(call string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, x := range s.seen {
		if x == call {
			n++
		}
	}
	return n
}

const (
	login  = "POST /v1/auth/approle/login"
	renew  = "POST /v1/auth/token/renew-self"
	lookup = "GET /v1/auth/token/lookup-self"
	readDB = "GET /v1/kv/data/db"
)

func say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, errors ...string) {
	say(w, status, map[string]any{"errors": errors})
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r.Method+" "+r.URL.EscapedPath())
	s.named = r.Header.Get("X-Vault-Namespace")
	if len(s.faults) > 0 {
		fault := s.faults[0]
		s.faults = s.faults[1:]
		fault(w)
		return
	}
	if r.Header.Get("X-Vault-Request") != "true" {
		refuse(w, 412, "required 'X-Vault-Request' header is missing")
		return
	}
	if s.sealed {
		refuse(w, 503, "Vault is sealed")
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v1/")
	if r.Method+" "+r.URL.Path == login {
		s.login(w, r)
		return
	}
	name := r.Header.Get("X-Vault-Token")
	tok, ok := s.tokens[name]
	if !ok || !tok.ends.IsZero() && !s.now.Before(tok.ends) {
		refuse(w, 403, "permission denied")
		return
	}
	switch r.Method + " " + r.URL.Path {
	case renew:
		tok.ends = s.now.Add(s.ttl)
		if tok.ends.After(tok.most) {
			tok.ends = tok.most
		}
		s.grant(w, name, tok)
		return
	case lookup:
		data := map[string]any{"ttl": 0, "renewable": tok.renewable, "expire_time": nil}
		if !tok.ends.IsZero() {
			data["ttl"], data["expire_time"] = int(tok.ends.Sub(s.now)/time.Second), tok.ends.Format(time.RFC3339)
		}
		say(w, 200, map[string]any{"data": data})
		return
	}
	s.read(w, r.Method, path)
}

func (s *server) read(w http.ResponseWriter, method, path string) {
	raw, isRaw := s.raw[path]
	fields, ok := s.fields[path]
	switch {
	case method != http.MethodGet:
		refuse(w, 405, "unsupported operation")
	case strings.HasPrefix(path, "forbidden/"):
		refuse(w, 403, "1 error occurred:\n\t* permission denied\n\n")
	case isRaw:
		w.WriteHeader(max(s.status[path], 200))
		_, _ = io.WriteString(w, raw)
	case !ok:
		refuse(w, 404)
	default:
		say(w, 200, map[string]any{"request_id": "1", "lease_duration": 0, "data": map[string]any{"data": fields,
			"metadata": map[string]any{"created_time": "2026-11-23T11:00:00Z", "custom_metadata": nil, "deletion_time": "", "destroyed": false, "version": 3}}})
	}
}

func (s *server) login(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Role   string `json:"role_id"`
		Secret string `json:"secret_id"`
	}
	if json.NewDecoder(r.Body).Decode(&in) != nil || [2]string{in.Role, in.Secret} != s.role {
		refuse(w, 400, "invalid role or secret ID")
		return
	}
	name := fmt.Sprintf("hvs.token-number-%d-of-this-test", len(s.tokens))
	s.tokens[name] = &token{ends: s.now.Add(s.ttl), most: s.now.Add(s.maxTTL), renewable: true}
	s.grant(w, name, s.tokens[name])
}

func (s *server) grant(w http.ResponseWriter, name string, tok *token) {
	say(w, 200, map[string]any{"auth": map[string]any{"client_token": name, "accessor": "a", "policies": []string{"default"},
		"lease_duration": int(tok.ends.Sub(s.now) / time.Second), "renewable": tok.renewable}})
}

func (s *server) sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	s.slept = append(s.slept, d)
	asleep := s.asleep
	s.mu.Unlock()
	if asleep != nil {
		return asleep(ctx, d)
	}
	return context.Cause(ctx)
}

func credential(s *string) Text {
	return func(context.Context) (secret.Text, error) { return secret.NewText(*s) }
}

func (s *server) client(t *testing.T, change func(*Config)) *Client {
	conf := Config{Address: s.URL, HTTP: s.Client(), Login: AppRole("approle", credential(&s.role[0]), credential(&s.role[1])),
		Now: s.clock, Sleep: s.sleep, Entropy: entropytest.Reader(t, 1)}
	if change != nil {
		change(&conf)
	}
	c, err := New(conf)
	require.NoError(t, err)
	return c
}
