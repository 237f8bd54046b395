package reqsign

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/security/hashes"
)

const (
	version = "1"

	maxTarget = 8 << 10 // bytes of a path with its query
	maxPairs  = 256     // of a query
)

// parts is all that is signed.
type parts struct {
	method, host, path, query, contentType, bodySHA256, key, time, nonce string
}

// canonical is the signed text. Each part was checked to hold no line feed, so different parts make different texts.
func (p parts) canonical() []byte {
	return []byte(strings.Join([]string{
		"virtengine-request", version, p.method, p.host, p.path, p.query, p.contentType, p.bodySHA256, p.key, p.time, p.nonce,
	}, "\n") + "\n")
}

// readParts checks what a signature covers and returns it but for the body, the key, the time and the nonce.
func readParts(method, host, target string, h http.Header) (parts, error) {
	path, query, asked := strings.Cut(target, "?")
	p := parts{method: method, host: host, path: path}
	if len(target) > maxTarget {
		return parts{}, fmt.Errorf("%w: a target of %d bytes, at most %d", ErrForm, len(target), maxTarget)
	}
	if asked && query == "" {
		return parts{}, fmt.Errorf("%w: a question mark and no query; hint: leave it out", ErrForm)
	}
	if method == "" || len(method) > 20 || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return parts{}, fmt.Errorf("%w: method %.30q; hint: capitals only", ErrForm, method)
	}
	if err := checkHost(host); err != nil {
		return parts{}, err
	}
	if err := checkPath(path); err != nil {
		return parts{}, err
	}
	var err error
	if p.query, err = sortQuery(query); err != nil {
		return parts{}, err
	}
	p.contentType, err = checkHeaders(h)
	return p, err
}

// checkHost wants a host in lower case, with a port other than nothing if there is a colon.
func checkHost(host string) error {
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]"
	name, port, hasPort := host, "", false
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		name, port, hasPort = host[:i], host[i+1:], true
	}
	switch {
	case name == "" || len(host) > 260 || strings.Trim(host, allowed) != "":
		return fmt.Errorf("%w: host %.80q; hint: lower case, ASCII", ErrForm, host)
	case hasPort && (port == "" || len(port) > 5 || port[0] == '0' || strings.Trim(port, "0123456789") != ""):
		return fmt.Errorf("%w: port of %.80q", ErrForm, host)
	case strings.HasSuffix(name, "."):
		return fmt.Errorf("%w: host %.80q ends in a dot", ErrForm, host)
	}
	return nil
}

// checkPath wants each path in its one form: absolute; no empty element but the last, none that is . or ..; percent signs
// only before two capital hexadecimal digits of a byte that must be escaped and is not a slash, a backslash or a control
// character.
func checkPath(path string) error {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return fmt.Errorf("%w: path %.80q does not begin with a slash", ErrForm, path)
	}
	elements := strings.Split(rest, "/")
	for i, e := range elements {
		if e == "." || e == ".." || e == "" && i < len(elements)-1 {
			return fmt.Errorf("%w: path %.80q has an element %q; hint: send it clean", ErrForm, path, e)
		}
	}
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c != '%' {
			if !unreserved(c) && strings.IndexByte("/!$&'()*+,;=:@", c) < 0 {
				return fmt.Errorf("%w: path %.80q holds %q; hint: escape it", ErrForm, path, c)
			}
			continue
		}
		b, ok := escaped(path[i:])
		if !ok || unreserved(b) || b == '/' || b == '\\' || b < ' ' || b == 0x7f {
			return fmt.Errorf("%w: path %.80q escapes what it must not, or not in capitals", ErrForm, path)
		}
		i += 2
	}
	return nil
}

// unreserved are the characters that are never escaped, RFC 3986 section 2.3.
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// escaped returns the byte that %XX at the beginning of s stands for.
func escaped(s string) (byte, bool) {
	const digits = "0123456789ABCDEF"
	if len(s) < 3 {
		return 0, false
	}
	high, low := strings.IndexByte(digits, s[1]), strings.IndexByte(digits, s[2])
	if high < 0 || low < 0 {
		return 0, false
	}
	return byte(high<<4 | low), true //ve:allow overflow both are below sixteen here
}

// sortQuery wants pairs name=value in the form of url.Values.Encode (unreserved characters as they are, a space as +,
// everything else as %XX in capitals), joined by &, and returns them sorted by name. Pairs of one name keep their order,
// since handlers see it.
func sortQuery(query string) (string, error) {
	if query == "" {
		return "", nil
	}
	pairs := strings.Split(query, "&")
	if len(pairs) > maxPairs {
		return "", fmt.Errorf("%w: %d pairs in the query, at most %d", ErrForm, len(pairs), maxPairs)
	}
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" || !formEscaped(name) || !formEscaped(value) {
			return "", fmt.Errorf("%w: query has %.80q; hint: name=value as url.Values.Encode writes it", ErrForm, pair)
		}
	}
	slices.SortStableFunc(pairs, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, "=")
		nameB, _, _ := strings.Cut(b, "=")
		return strings.Compare(nameA, nameB)
	})
	return strings.Join(pairs, "&"), nil
}

func formEscaped(s string) bool {
	plain, err := url.QueryUnescape(s)
	return err == nil && url.QueryEscape(plain) == s
}

// checkHeaders refuses headers by which somebody between us reads another request, and returns the Content-Type.
func checkHeaders(h http.Header) (contentType string, err error) {
	for _, name := range []string{
		"Content-Encoding", "Transfer-Encoding", "Trailer", "Authorization", "X-Http-Method-Override", "X-Http-Method",
		"X-Method-Override", "X-Original-Url", "X-Rewrite-Url",
	} {
		if len(h[name]) > 0 {
			return "", fmt.Errorf("%w: header %s beside a signature", ErrForm, name)
		}
	}
	types := h["Content-Type"]
	if len(types) == 0 {
		return "", nil
	}
	if len(types) > 1 || types[0] == "" || len(types[0]) > 256 {
		return "", fmt.Errorf("%w: %d Content-Types, want one of 1 to 256 bytes", ErrForm, len(types))
	}
	for _, c := range []byte(types[0]) {
		if c < ' ' || c > '~' {
			return "", fmt.Errorf("%w: Content-Type %.80q", ErrForm, types[0])
		}
	}
	return types[0], nil
}

func sha256Hex(body []byte) string {
	_, digits, _ := strings.Cut(hashes.Of(body).String(), ":")
	return digits
}
