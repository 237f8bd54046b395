package reqsign

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/virtengine/virtengine/security/entropy"
)

// SignerConfig is what a signer needs, all of it.
type SignerConfig struct {
	KeyID   string                               // AccountID or ServiceID
	Sign    func(message []byte) ([]byte, error) // 64 bytes: an account key's Sign, or Ed25519 of the message
	MaxBody int64                                // bytes of a request's body
	Now     func() time.Time
	Entropy io.Reader
}

// Signer signs requests with one key. Safe for concurrent use if Sign and Entropy are.
type Signer struct {
	c      SignerConfig
	random entropy.Source
}

// NewSigner returns a signer. Fails with ErrConfig.
func NewSigner(c SignerConfig) (*Signer, error) {
	if c.Sign == nil || c.Now == nil || c.Entropy == nil {
		return nil, fmt.Errorf("%w: a key, a clock and randomness are needed", ErrConfig)
	}
	if c.MaxBody < 0 {
		return nil, fmt.Errorf("%w: bodies of %d bytes", ErrConfig, c.MaxBody)
	}
	if err := checkID(c.KeyID); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	random, err := entropy.From(c.Entropy)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return &Signer{c, random}, nil
}

// Sign adds a signature's headers to a client's request, in the place of those it has. It reads the body into memory and
// puts it back; nothing that is signed may change afterwards. Fails with ErrForm for a request that no verifier would
// take, with ErrBody, entropy.ErrSource, or the error of the key.
func (s *Signer) Sign(r *http.Request) error {
	if r.URL == nil {
		return fmt.Errorf("%w: no URL", ErrForm)
	}
	for _, name := range []string{HeaderVersion, HeaderKey, HeaderTime, HeaderNonce, HeaderValue} {
		r.Header.Del(name)
	}
	if err := checkNames(r.Header); err != nil {
		return err
	}
	if len(r.TransferEncoding) > 0 || len(r.Trailer) > 0 {
		return fmt.Errorf("%w: a transfer encoding or trailer", ErrForm)
	}
	host, method := r.Host, r.Method
	if host == "" {
		host = r.URL.Host
	}
	if method == "" {
		method = http.MethodGet
	}
	p, err := readParts(method, host, r.URL.RequestURI(), r.Header)
	if err != nil {
		return err
	}
	body, err := s.takeBody(r)
	if err != nil {
		return err
	}
	if p.nonce, err = s.random.Token(); err != nil {
		return err
	}
	p.bodySHA256, p.key, p.time = sha256Hex(body), s.c.KeyID, strconv.FormatInt(s.c.Now().Unix(), 10)
	value, err := s.c.Sign(p.canonical())
	if err != nil {
		return err
	}
	if len(value) != signatureSize {
		return fmt.Errorf("%w: its signature has %d bytes, want %d", ErrKey, len(value), signatureSize)
	}
	for name, v := range map[string]string{
		HeaderVersion: version, HeaderKey: p.key, HeaderTime: p.time, HeaderNonce: p.nonce,
		HeaderValue: base64.RawURLEncoding.EncodeToString(value),
	} {
		r.Header.Set(name, v)
	}
	return nil
}

func (s *Signer) takeBody(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		r.ContentLength = 0
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, s.c.MaxBody+1))
	if err = errors.Join(err, r.Body.Close()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBody, err)
	}
	if int64(len(body)) > s.c.MaxBody {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrBody, s.c.MaxBody)
	}
	r.ContentLength = int64(len(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, err = r.GetBody()
	if len(body) == 0 {
		r.Body = http.NoBody // otherwise a client sends an unknown length
	}
	return body, err
}

type transport struct {
	signer *Signer
	next   http.RoundTripper
}

// Transport signs each request that passes, redirected ones too, and gives it to next. Fails with ErrConfig.
func (s *Signer) Transport(next http.RoundTripper) (http.RoundTripper, error) {
	if next == nil {
		return nil, fmt.Errorf("%w: no transport to give requests to; hint: httpx.NewTransport", ErrConfig)
	}
	return transport{s, next}, nil
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	signed := r.Clone(r.Context())
	if err := t.signer.Sign(signed); err != nil {
		if r.Body != nil {
			err = errors.Join(err, r.Body.Close())
		}
		return nil, err
	}
	return t.next.RoundTrip(signed)
}
