package gateway

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/httpx"
)

// route is one path. An empty scope is open to everybody: a test lists those.
type route struct {
	method string
	path   string
	scope  authn.Scope
	serve  func(g *Gateway, w http.ResponseWriter, r *http.Request, leaseID uint64) error
}

// routes is the whole gateway. The long forms are Akash's: dseq is our lease, gseq and oseq are always 1.
var routes = []route{
	{http.MethodGet, "/version", "", (*Gateway).version},
	{http.MethodGet, "/status", "", (*Gateway).version},
	{http.MethodGet, "/address", "", (*Gateway).address},

	{http.MethodPut, "/lease/{lease}/manifest", authn.ScopeSendManifest, (*Gateway).putManifest},
	{http.MethodPut, "/deployment/{lease}/manifest", authn.ScopeSendManifest, (*Gateway).putManifest},
	{http.MethodGet, "/lease/{lease}/manifest", authn.ScopeGetManifest, (*Gateway).getManifest},
	{http.MethodGet, "/lease/{lease}/1/1/manifest", authn.ScopeGetManifest, (*Gateway).getManifest},
	{http.MethodGet, "/lease/{lease}/status", authn.ScopeStatus, (*Gateway).status},
	{http.MethodGet, "/lease/{lease}/1/1/status", authn.ScopeStatus, (*Gateway).status},
	{http.MethodGet, "/lease/{lease}/events", authn.ScopeEvents, (*Gateway).events},
	{http.MethodGet, "/lease/{lease}/1/1/kubeevents", authn.ScopeEvents, (*Gateway).events},
	{http.MethodGet, "/lease/{lease}/logs", authn.ScopeLogs, (*Gateway).logs},
	{http.MethodGet, "/lease/{lease}/1/1/logs", authn.ScopeLogs, (*Gateway).logs},
	{http.MethodGet, "/lease/{lease}/shell", authn.ScopeShell, (*Gateway).shell},
	{http.MethodGet, "/lease/{lease}/1/1/shell", authn.ScopeShell, (*Gateway).shell},
}

func (g *Gateway) handler() (http.Handler, error) {
	mux := http.NewServeMux()
	for _, rt := range routes {
		var serve http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := g.answer(w, r, rt); err != nil {
				g.refuse(w, r, err)
			}
		})
		if rt.scope == authn.ScopeLogs || rt.scope == authn.ScopeShell {
			var err error
			if serve, err = httpx.Stream(streamLife, serve); err != nil {
				return nil, err
			}
		}
		mux.Handle(rt.method+" "+rt.path, serve)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		g.refuse(w, r, errNoRoute)
	})
	return mux, nil
}

func (g *Gateway) answer(w http.ResponseWriter, r *http.Request, rt route) error {
	if rt.scope == "" {
		return rt.serve(g, w, r, 0)
	}
	id, err := strconv.ParseUint(r.PathValue("lease"), 10, 64)
	if err != nil || id == 0 {
		return errBadLease
	}
	if err := g.authorize(r, id, rt.scope); err != nil {
		return err
	}
	return rt.serve(g, w, r, id)
}

// authorize lets a request through when its token was signed by the lease's owner and has the scope.
func (g *Gateway) authorize(r *http.Request, leaseID uint64, scope authn.Scope) error {
	token, ok := bearer(r)
	if !ok {
		return errNoToken
	}
	claims, err := g.deps.Tokens.Verify(r.Context(), token)
	if err != nil {
		if errors.Is(err, authn.ErrToken) || errors.Is(err, authn.ErrExpired) {
			return err
		}
		return errors.Join(errChain, err)
	}
	if err := claims.Allows(leaseID, scope); err != nil {
		return err
	}
	party, err := g.parties.party(r.Context(), leaseID)
	switch {
	case errors.Is(err, lease.ErrUnknownLease):
		return err
	case err != nil:
		return errors.Join(errChain, err)
	case party.Provider != g.deps.Provider, party.Owner != claims.Issuer:
		// The same answer as for a lease that is not there: who has which lease is not told to strangers.
		return lease.ErrUnknownLease
	}
	return nil
}

func bearer(r *http.Request) (string, bool) {
	const scheme = "Bearer "
	header := r.Header.Get("Authorization")
	if len(header) <= len(scheme) || header[:len(scheme)] != scheme {
		return "", false
	}
	return header[len(scheme):], true
}
