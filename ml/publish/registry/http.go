package registry

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/httpx"
)

// HTTP reads a registry that Handler serves.
type HTTP struct {
	base   string
	client *http.Client
	limits pack.Limits
	tell   pack.Progress
}

// defaultTimeout is how long fetching the largest pack may take.
const defaultTimeout = 15 * time.Minute

// NewHTTP makes a client. It does not connect yet. Fails with ErrServer for a URL that is none, and as httpx.NewClient does.
//
//	base: https://HOST[:PORT][/PATH], or http on loopback     c: its MaxBody and Timeout are set here where they are zero
//	tell: hears of bytes; nil: nobody
func NewHTTP(base string, c httpx.ClientConfig, l pack.Limits, tell pack.Progress) (*HTTP, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%w: %.100q is no address of a registry; hint: https://HOST/PATH, without user, query and fragment", ErrServer, base)
	}
	if c.Limits.MaxBody == 0 {
		c.Limits.MaxBody = l.Archive() + 1 // so that it is pack.Read which says what is too large
	}
	if c.Limits.Timeout == 0 {
		c.Limits.Timeout = defaultTimeout
	}
	client, err := httpx.NewClient(c)
	if err != nil {
		return nil, err
	}
	return &HTTP{strings.TrimSuffix(u.String(), "/"), client, l, tell}, nil
}

// get asks for a path, which is made of what was checked. The caller closes the body.
func (h *HTTP) get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+path, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrServer, err)
	}
	res, err := h.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrServer, err)
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	_ = res.Body.Close() // what a failure says is not believed
	if res.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%w: %s%s", ErrNotFound, h.base, path)
	}
	return nil, fmt.Errorf("%w: %s%s: %s", ErrServer, h.base, path, res.Status)
}

// read asks for canonical JSON.
func (h *HTTP) read(ctx context.Context, path string, limit int64) ([]byte, error) {
	res, err := h.get(ctx, path)
	if err != nil {
		return nil, err
	}
	raw, err := httpx.ReadAll(res, limit)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrServer, path, err)
	}
	return raw, nil
}

// Names are the names that have versions, in order.
func (h *HTTP) Names(ctx context.Context) ([]string, error) {
	raw, err := h.read(ctx, "/v1/names", maxList)
	if err != nil {
		return nil, err
	}
	var list nameList
	if err := canon.Unmarshal(raw, maxList, &list); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	for i, name := range list.Names {
		if manifest.CheckName(name) != nil || i > 0 && name <= list.Names[i-1] {
			return nil, fmt.Errorf("%w: name %.70q is none, repeated or out of order", ErrRecord, name)
		}
	}
	return list.Names, nil
}

// Versions are a name's, oldest first.
func (h *HTTP) Versions(ctx context.Context, name string) ([]Record, error) {
	if err := manifest.CheckName(name); err != nil {
		return nil, err
	}
	raw, err := h.read(ctx, "/v1/names/"+name, maxList)
	if err != nil {
		return nil, err
	}
	var list versionList
	if err := canon.Unmarshal(raw, maxList, &list); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecord, err)
	}
	for i, r := range list.Versions {
		if r.Name != name || r.ID.Algorithm() != hashes.SHA256 {
			return nil, fmt.Errorf("%w: it speaks of %.70q, asked was %s", ErrRecord, r.Name, name)
		}
		if i > 0 && r.Version.Compare(list.Versions[i-1].Version) <= 0 {
			return nil, fmt.Errorf("%w: %s %s is repeated, or out of order", ErrRecord, name, r.Version)
		}
	}
	if len(list.Versions) == 0 {
		return nil, fmt.Errorf("%w: %s has no versions", ErrRecord, name)
	}
	return list.Versions, nil
}

// Resolve says which pack a version is.
func (h *HTTP) Resolve(ctx context.Context, name string, version manifest.Version) (Record, error) {
	if err := manifest.CheckName(name); err != nil {
		return Record{}, err
	}
	raw, err := h.read(ctx, "/v1/names/"+name+"/"+version.String(), maxRecord)
	if err != nil {
		return Record{}, err
	}
	return readRecord(raw, name, version)
}

// Fetch returns the pack of an id. It stops at the first file that is not what the id stands for.
func (h *HTTP) Fetch(ctx context.Context, id hashes.Digest) (*pack.Pack, error) {
	if id.Algorithm() != hashes.SHA256 {
		return nil, fmt.Errorf("%w: %s is no id of a pack", ErrNotFound, id)
	}
	res, err := h.get(ctx, "/v1/packs/sha256/"+hex.EncodeToString(id.Bytes())+suffix)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return pack.Read(&counting{r: res.Body, total: res.ContentLength, tell: h.tell}, id, h.limits)
}

// counting tells how many bytes went through it, for every mebibyte.
type counting struct {
	r           io.Reader
	done, total int64
	told        int64
	tell        pack.Progress
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	if c.tell != nil && (c.done-c.told >= 1<<20 || err != nil && c.done > c.told) {
		c.told = c.done
		c.tell("bytes", c.done, max(c.total, c.done))
	}
	return n, err
}
