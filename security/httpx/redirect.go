package httpx

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// harmless are the headers that go along to another origin. It is a list of what may, not of what must not: credentials
// have many names. The Referer is not on it, since addresses carry tokens.
var harmless = [...]string{"Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Range", "User-Agent"}

// redirects is an http.Client's CheckRedirect that follows at most so many. Fails with ErrRedirect.
func redirects(most int64) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if int64(len(via)) > most {
			return fmt.Errorf("%w: %d were followed, one more leads to %s; hint: the limit is Limits.Redirects", ErrRedirect, most, next.URL.Host)
		}
		if next.URL.User != nil {
			return fmt.Errorf("%w: %s with a user name in the address", ErrRedirect, next.URL.Host)
		}
		first, last := via[0], via[len(via)-1]
		if next.URL.Scheme != last.URL.Scheme && next.URL.Scheme != "https" {
			return fmt.Errorf("%w: from %s to %s, %s", ErrRedirect, last.URL.Scheme, next.URL.Scheme, next.URL.Host)
		}
		left := origin(next.URL) != origin(first.URL)
		for _, r := range via { // once elsewhere, coming back gives nothing back: net/http copies the first request's headers each time
			left = left || origin(r.URL) != origin(first.URL)
		}
		if !left {
			return nil
		}
		if next.Body != nil && next.Body != http.NoBody || next.Method != http.MethodGet && next.Method != http.MethodHead {
			return fmt.Errorf("%w: a %s to %s is repeated only where it was sent", ErrRedirect, next.Method, next.URL.Host)
		}
		kept := make(http.Header, len(harmless))
		for _, name := range harmless {
			if values, found := next.Header[name]; found {
				kept[name] = values
			}
		}
		next.Header = kept
		return nil
	}
}

// origin is scheme, host and port, RFC 6454 section 4.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}
