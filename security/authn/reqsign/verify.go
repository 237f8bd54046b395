package reqsign

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/virtengine/virtengine/security/authn/replay"
)

// Windows of time around now in which a request is accepted.
const (
	DefaultWindow = time.Minute
	MaxWindow     = 10 * time.Minute
)

// VerifierConfig is what a verifier needs. Window may be zero.
type VerifierConfig struct {
	Hosts   []string // the Host headers that this server answers to, lower case, with the port if clients send one
	Keys    Keys
	Replays replay.Store  // of this server alone; it holds one entry per request for two windows
	Window  time.Duration // on each side of now, whole seconds; DefaultWindow if zero
	MaxBody int64         // bytes of a request's body, which is held in memory
	Now     func() time.Time
}

// Verifier checks requests. Safe for concurrent use.
type Verifier struct{ c VerifierConfig }

// NewVerifier returns a verifier. Fails with ErrConfig.
func NewVerifier(c VerifierConfig) (*Verifier, error) {
	if c.Keys == nil || c.Replays == nil || c.Now == nil {
		return nil, fmt.Errorf("%w: keys, a replay store and a clock are needed", ErrConfig)
	}
	if c.Window == 0 {
		c.Window = DefaultWindow
	}
	if c.Window < time.Second || c.Window > MaxWindow || c.Window%time.Second != 0 {
		return nil, fmt.Errorf("%w: a window of %s, want whole seconds up to %s", ErrConfig, c.Window, MaxWindow)
	}
	if c.MaxBody < 0 {
		return nil, fmt.Errorf("%w: bodies of %d bytes", ErrConfig, c.MaxBody)
	}
	if len(c.Hosts) == 0 {
		return nil, fmt.Errorf("%w: no hosts", ErrConfig)
	}
	for _, host := range c.Hosts {
		if err := checkHost(host); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrConfig, err)
		}
	}
	c.Hosts = slices.Clone(c.Hosts)
	return &Verifier{c}, nil
}

// Verify checks a server's request, as net/http parsed it and nobody changed it, and returns the id of the key that signed
// it. It reads the body into memory and puts it back.
//
// Refused with ErrHeader: a signature header that is missing, repeated, malformed, unknown, or written with an underscore.
// With ErrForm: a method not in capitals; a path that is not clean or not in its one escaping, or that was rewritten before
// it came here; a query that url.Values.Encode would have written differently ("a=1;b=2", "a", "a=%41"); an absolute
// target; chunked or otherwise unknown length; trailers; Content-Encoding; Authorization; two Content-Types; headers that
// override method or path. Further with ErrHost, ErrTime, ErrUnknownKey, ErrKey, ErrBody, ErrSignature,
// replay.ErrReplayed, or what Keys and the replay store say.
func (v *Verifier) Verify(r *http.Request) (keyID string, err error) {
	s, err := readSignature(r.Header)
	if err != nil {
		return "", err
	}
	p, err := v.readRequest(r)
	if err != nil {
		return "", err
	}
	if age := v.c.Now().Sub(s.at); age > v.c.Window || age < -v.c.Window {
		return "", fmt.Errorf("%w: signed at %s, now %s, which may differ by %s; hint: check both clocks", ErrTime,
			s.at.UTC().Format(time.RFC3339), v.c.Now().UTC().Format(time.RFC3339), v.c.Window)
	}
	key, err := v.c.Keys.Key(r.Context(), s.key)
	if err != nil {
		return "", err
	}
	if key.verify == nil {
		return "", fmt.Errorf("%w: %q has none", ErrKey, s.key)
	}
	body, err := v.takeBody(r)
	if err != nil {
		return "", err
	}
	p.bodySHA256, p.key, p.time, p.nonce = sha256Hex(body), s.key, s.seconds, s.nonce
	if err := key.verify(p.canonical(), s.value); err != nil {
		return "", fmt.Errorf("%w: key %q", ErrSignature, s.key)
	}
	// Last, so that strangers can neither fill the store nor use up a nonce. The second more covers the moment at which the
	// request's time is just still in the window.
	until := s.at.Add(v.c.Window + time.Second)
	if err := v.c.Replays.Remember(r.Context(), "request\n"+s.key+"\n"+s.nonce, until); err != nil {
		return "", fmt.Errorf("nonce of key %q: %w", s.key, err)
	}
	return s.key, nil
}

func (v *Verifier) readRequest(r *http.Request) (parts, error) {
	switch {
	case r.URL == nil || r.URL.Scheme != "" || r.URL.Host != "" || r.URL.User != nil || r.URL.Opaque != "" || r.URL.Fragment != "":
		return parts{}, fmt.Errorf("%w: the target is not a path", ErrForm)
	case len(r.TransferEncoding) > 0 || r.ContentLength < 0:
		return parts{}, fmt.Errorf("%w: the body has no Content-Length", ErrForm)
	case len(r.Trailer) > 0:
		return parts{}, fmt.Errorf("%w: trailers", ErrForm)
	case len(r.Header["Content-Length"]) > 1:
		return parts{}, fmt.Errorf("%w: %d Content-Lengths", ErrForm, len(r.Header["Content-Length"]))
	}
	p, err := readParts(r.Method, r.Host, r.RequestURI, r.Header)
	if err != nil {
		return parts{}, err
	}
	if r.URL.RequestURI() != r.RequestURI {
		return parts{}, fmt.Errorf("%w: the target was rewritten; hint: verify before any other middleware", ErrForm)
	}
	if !slices.Contains(v.c.Hosts, r.Host) {
		return parts{}, fmt.Errorf("%w: %.80q", ErrHost, r.Host)
	}
	return p, nil
}

func (v *Verifier) takeBody(r *http.Request) ([]byte, error) {
	if r.ContentLength > v.c.MaxBody {
		return nil, fmt.Errorf("%w: %d bytes, at most %d: %w", ErrBody, r.ContentLength, v.c.MaxBody, errTooLarge)
	}
	if r.Body == nil {
		if r.ContentLength > 0 {
			return nil, fmt.Errorf("%w: none, although %d bytes are announced", ErrBody, r.ContentLength)
		}
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, r.ContentLength+1))
	if err = errors.Join(err, r.Body.Close()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBody, err)
	}
	if int64(len(body)) != r.ContentLength {
		return nil, fmt.Errorf("%w: not the %d bytes that are announced", ErrBody, r.ContentLength)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}
