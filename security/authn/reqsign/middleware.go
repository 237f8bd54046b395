package reqsign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/virtengine/virtengine/security/authn/replay"
	"github.com/virtengine/virtengine/security/httpx"
)

// errTooLarge tells a body that is too long from one that is shorter than announced.
var errTooLarge = errors.New("too large")

type caller struct{}

// KeyID returns the id of the key that signed a request, inside a handler behind Middleware; else "".
func KeyID(ctx context.Context) string {
	id, _ := ctx.Value(caller{}).(string)
	return id
}

// Middleware lets requests through that Verify accepts, with their KeyID in the context. Others are answered with
// httpx.Problem; refused, if not nil, is told why, for a log. Fails with ErrConfig.
func (v *Verifier) Middleware(next http.Handler, refused func(r *http.Request, err error)) (http.Handler, error) {
	if next == nil {
		return nil, fmt.Errorf("%w: no handler", ErrConfig)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := v.Verify(r)
		if err == nil {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), caller{}, id)))
			return
		}
		if refused != nil {
			refused(r, err)
		}
		answer(w, r, err)
	}), nil
}

// answers is what a sender is told. Errors that are none of these are our side's: the sender may try again.
func answers() []struct {
	err    error
	status int
	code   string
} {
	return []struct {
		err    error
		status int
		code   string
	}{
		{errTooLarge, http.StatusRequestEntityTooLarge, "body-too-large"},
		{ErrBody, http.StatusBadRequest, "body"},
		{ErrForm, http.StatusBadRequest, "ambiguous-request"},
		{ErrHeader, http.StatusUnauthorized, "signature-headers"},
		{ErrHost, http.StatusMisdirectedRequest, "wrong-host"},
		{ErrTime, http.StatusUnauthorized, "signature-time"},
		{ErrUnknownKey, http.StatusUnauthorized, "unknown-key"},
		{ErrKey, http.StatusUnauthorized, "unusable-key"},
		{ErrSignature, http.StatusUnauthorized, "wrong-signature"},
		{replay.ErrReplayed, http.StatusUnauthorized, "replayed"},
		{replay.ErrTooLate, http.StatusUnauthorized, "signature-time"},
	}
}

func answer(w http.ResponseWriter, r *http.Request, err error) {
	status, code := http.StatusServiceUnavailable, "unavailable"
	for _, a := range answers() {
		if errors.Is(err, a.err) {
			status, code = a.status, a.code
			break
		}
	}
	message := "this request cannot be checked now; try again with a new signature"
	if status != http.StatusServiceUnavailable {
		message = "the request's signature was refused: " + code
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may be gone; there is nobody to tell.
	_ = json.NewEncoder(w).Encode(httpx.Problem{Code: code, Message: message, Request: httpx.RequestID(r.Context())})
}
