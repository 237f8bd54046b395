package httpx

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

// requestBody ends with ErrBodyTooLarge behind its limit, and then lets net/http close the connection.
type requestBody struct {
	io.Reader
	io.Closer
	w       http.ResponseWriter // of net/http itself, which is told when the limit is reached
	source  io.ReadCloser       // without limit
	claimed int64               // Content-Length; -1: unknown
	limit   int64
	over    bool
}

func newRequestBody(w http.ResponseWriter, source io.ReadCloser, claimed, limit int64) *requestBody {
	b := &requestBody{w: w, source: source, claimed: claimed}
	b.bound(limit)
	return b
}

func (b *requestBody) bound(limit int64) {
	within := http.MaxBytesReader(b.w, b.source, limit)
	b.Reader, b.Closer, b.limit = within, within, limit
}

func (b *requestBody) Read(p []byte) (int, error) {
	if b.claimed > b.limit { // not one byte of it is asked for
		b.over = true
		return 0, fmt.Errorf("%w: %d bytes, at most %d", ErrBodyTooLarge, b.claimed, b.limit)
	}
	n, err := b.Reader.Read(p)
	if too := (*http.MaxBytesError)(nil); errors.As(err, &too) {
		b.over = true
		return n, fmt.Errorf("%w: more than %d bytes: %w", ErrBodyTooLarge, b.limit, err)
	}
	return n, err
}

// MaxBody gives a route its own limit for bodies of requests, in bytes, in the place of the server's. Reading more fails
// with ErrBodyTooLarge; a handler that then answers nothing answers 413. Fails with ErrConfig.
func MaxBody(limit int64, next http.Handler) (http.Handler, error) {
	if limit <= 0 || next == nil {
		return nil, fmt.Errorf("%w: a limit of %d bytes on a route", ErrConfig, limit)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := exchangeOf(r.Context()); x != nil && r.Body == x.body {
			x.body.bound(limit)
		} else {
			r.Body = newRequestBody(w, r.Body, r.ContentLength, limit) // behind somebody else's reader: the lower limit counts
		}
		next.ServeHTTP(w, r)
	}), nil
}

// ReadRequest reads a request's JSON into v. Fails with ErrBodyTooLarge and ErrBody; Status says what to answer then.
func ReadRequest(r *http.Request, v any) error {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("request: %w", err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("request: %w: %w", ErrBody, err)
	}
	return nil
}

// Status is the HTTP status for an error of reading a request: 413 when it is too large, 408 when it took too long, else 400.
func Status(err error) int {
	switch {
	case errors.Is(err, ErrBodyTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	default:
		return http.StatusBadRequest
	}
}
