package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/redact"
	"github.com/virtengine/virtengine/security/secret"
)

// maxBody is the largest answer, in bytes: the largest secret, every byte of it escaped, and some neighbours.
const maxBody = 1 << 20

// request is one call of the API.
type request struct {
	method string
	path   []string    // behind /v1/
	token  secret.Text // zero: none is sent
	body   []byte      // JSON, or nil
}

// reply is what came back, with the error that its status stands for.
type reply struct {
	body  []byte
	again bool          // trying again may help
	after time.Duration // not before this; 0: the server did not say
	err   error
}

// once sends a request. Its errors are those of package secret.
func (c *Client) once(ctx context.Context, r request) reply {
	res, err := c.send(ctx, r)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return reply{err: cause}
		}
		return reply{err: fmt.Errorf("%w: %s", secret.ErrUnavailable, redacted(unwrapURL(err).Error())), again: true}
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if closing := res.Body.Close(); err == nil {
		err = closing
	}
	switch {
	case err != nil && context.Cause(ctx) != nil:
		return reply{err: context.Cause(ctx)}
	case err != nil:
		return reply{err: fmt.Errorf("%w: %s", secret.ErrUnavailable, redacted(err.Error())), again: true}
	case len(body) > maxBody:
		return reply{err: fmt.Errorf("%w: an answer of more than %d bytes", secret.ErrTooLarge, maxBody)}
	}
	return judge(res, body)
}

func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	escaped := make([]string, len(r.path))
	for i, p := range r.path {
		escaped[i] = url.PathEscape(p)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.base.JoinPath("v1").String()+"/"+strings.Join(escaped, "/"), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("X-Vault-Request", "true") // agents in between may want it, against forged requests
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.namespace != "" {
		req.Header.Set("X-Vault-Namespace", c.namespace)
	}
	if !r.token.IsZero() {
		token, err := r.token.Reveal()
		if err != nil {
			return nil, err
		}
		req.Header.Set("X-Vault-Token", token)
	}
	return c.http.Do(req)
}

// judge turns a status into an error, as the API's documentation explains them.
func judge(res *http.Response, body []byte) reply {
	status := res.StatusCode
	said := func(kind error) error { return fmt.Errorf("%w: status %d%s", kind, status, messages(body)) }
	switch {
	case status == http.StatusOK, status == http.StatusNoContent:
		return reply{body: body}
	case status == http.StatusNotFound:
		return reply{err: gone(body)}
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return reply{err: said(secret.ErrDenied)}
	case status == http.StatusBadRequest:
		return reply{err: said(secret.ErrReference)}
	case status == http.StatusTooManyRequests:
		return reply{err: said(secret.ErrThrottled), again: true, after: retryAfter(res)}
	case status == http.StatusServiceUnavailable && bytes.Contains(bytes.ToLower(body), []byte("sealed")):
		return reply{err: fmt.Errorf("%w: %w; hint: its operators unseal it", secret.ErrUnavailable, ErrSealed)}
	case status >= 300 && status < 400:
		return reply{err: fmt.Errorf("%w: %w with status %d; hint: configure the address of the active node", secret.ErrUnavailable, ErrRedirected, status)}
	case status >= 500, status == http.StatusPreconditionFailed: // 412: a replica that lags behind
		return reply{err: said(secret.ErrUnavailable), again: true, after: retryAfter(res)}
	}
	return reply{err: said(secret.ErrUnavailable)}
}

// retryAfter reads the header in its form of seconds, RFC 9110 section 10.2.3; the other form is not used by this API.
func retryAfter(res *http.Response) time.Duration {
	n, err := strconv.ParseUint(res.Header.Get("Retry-After"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// messages are what the server says about a failure.
func messages(body []byte) string {
	var e struct {
		Errors []string `json:"errors"`
	}
	if json.Unmarshal(body, &e) != nil || len(e.Errors) == 0 {
		return ""
	}
	return ", it says " + redacted(strings.Join(e.Errors, "; "))
}

// redacted makes text of others fit to be in an error: short, printable, without secrets.
func redacted(s string) string {
	const most = 300
	s = redact.String(s)
	if len(s) > most {
		s = s[:most]
	}
	return strconv.QuoteToASCII(s)
}

// unwrapURL leaves out the method and URL that net/http puts before an error, and that whoever calls us knows.
func unwrapURL(err error) error {
	if outer := new(url.Error); errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
