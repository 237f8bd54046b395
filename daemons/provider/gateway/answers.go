package gateway

import (
	"encoding/json"
	"errors"
	"net/http"

	wire "github.com/virtengine/virtengine/chain/client/gateway"
	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/httpx"
)

var (
	errNoRoute        = errors.New("no such path")
	errBadLease       = errors.New("a lease's number is a decimal above zero")
	errNoToken        = errors.New("this needs a token")
	errChain          = errors.New("the chain cannot be asked now")
	errTooManyStreams = errors.New("too many open streams for this lease")
	errBadQuery       = errors.New("the query is malformed")
	errNotOffered     = errors.New("this provider's backend does not offer this")
)

// problems maps what went wrong to what a client sees. The first match counts; what matches none is our own fault and
// is logged, not told.
var problems = []struct {
	err    error
	status int
	code   string
	hint   string
}{
	{errNoRoute, http.StatusNotFound, "no-route", "the paths are in docs/protocols/gateway.md"},
	{errBadLease, http.StatusBadRequest, "bad-lease", ""},
	{errNoToken, http.StatusUnauthorized, "no-token", "send Authorization: Bearer TOKEN, signed by the lease's owner"},
	{authn.ErrExpired, http.StatusUnauthorized, "token-expired", "sign a new token; check this machine's clock"},
	{authn.ErrToken, http.StatusUnauthorized, "token-refused", "sign a token for this provider's address with the lease owner's key"},
	{authn.ErrScope, http.StatusForbidden, "scope", "sign a token with this scope"},
	{errChain, http.StatusServiceUnavailable, "chain-away", "try again"},
	{lease.ErrUnknownLease, http.StatusNotFound, "unknown-lease", "look the lease's provider up on chain"},
	{lease.ErrLeaseClosed, http.StatusGone, "lease-closed", ""},
	{lease.ErrNoManifest, http.StatusNotFound, "no-manifest", "send the manifest"},
	{lease.ErrWrongHash, http.StatusUnprocessableEntity, "wrong-hash", "send the manifest the order was made from, or announce the new one on chain first"},
	{lease.ErrGroupMismatch, http.StatusUnprocessableEntity, "group-mismatch", "resources are fixed for a lease's life: order anew for others"},
	{manifest.ErrInvalid, http.StatusBadRequest, "bad-manifest", ""},
	{errBadQuery, http.StatusBadRequest, "bad-query", ""},
	{errTooManyStreams, http.StatusTooManyRequests, "too-many-streams", "close one first"},
	{errNotOffered, http.StatusNotImplemented, "not-offered", ""},
	{backend.ErrNotFound, http.StatusNotFound, "no-workload", "it has not started yet, or is gone: see the lease's status"},
	{backend.ErrRefused, http.StatusUnprocessableEntity, "refused", ""},
	{backend.ErrCapacity, http.StatusServiceUnavailable, "no-capacity", "try again"},
	{backend.ErrUnavailable, http.StatusServiceUnavailable, "backend-away", "try again; the workload may well be running"},
}

func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, problem := describe(err)
	if status == http.StatusInternalServerError {
		g.deps.Log.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(problem); err != nil {
		g.deps.Log.DebugContext(r.Context(), "client left before its answer", "path", r.URL.Path, "error", err)
	}
}

func describe(err error) (int, wire.Problem) {
	if errors.Is(err, httpx.ErrBodyTooLarge) {
		return http.StatusRequestEntityTooLarge, wire.Problem{Code: "too-large", Message: err.Error()}
	}
	for _, p := range problems {
		if errors.Is(err, p.err) {
			return p.status, wire.Problem{Code: p.code, Message: err.Error(), Hint: p.hint}
		}
	}
	return http.StatusInternalServerError, wire.Problem{Code: "internal", Message: "the provider failed to answer", Hint: "try again; the provider's log has the cause"}
}

func (g *Gateway) json(w http.ResponseWriter, r *http.Request, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if _, err := w.Write(body); err != nil {
		g.deps.Log.DebugContext(r.Context(), "client left before its answer", "path", r.URL.Path, "error", err)
	}
	return nil
}
