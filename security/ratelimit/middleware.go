package ratelimit

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/virtengine/virtengine/security/httpx"
)

// Middleware lets a request through when its key has a token. Others are answered 429 with Retry-After in seconds, rounded
// up (RFC 6585, RFC 9110 section 10.2.3), and those without a key 400. key is RemoteKey, or tells who signed a request.
// Fails with a *ConfigError.
func (l *Limiter) Middleware(key func(*http.Request) (string, error), next http.Handler) (http.Handler, error) {
	if key == nil {
		return nil, &ConfigError{"key", "none; hint: RemoteKey"}
	}
	if next == nil {
		return nil, &ConfigError{"next", "no handler"}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k, err := key(r)
		var wait time.Duration
		if err == nil {
			wait, err = l.Allow(k, 1)
		}
		switch {
		case err == nil:
			next.ServeHTTP(w, r)
		case errors.Is(err, ErrLimited):
			w.Header().Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
			answer(w, r, http.StatusTooManyRequests, "rate-limit", "too many requests; see Retry-After")
		default:
			answer(w, r, http.StatusBadRequest, "rate-limit-key", "this request does not tell whom to count it for")
		}
	}), nil
}

func answer(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The client may be gone; there is nobody to tell.
	_ = json.NewEncoder(w).Encode(httpx.Problem{Code: code, Message: message, Request: httpx.RequestID(r.Context())})
}
