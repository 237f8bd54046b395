package redact

import (
	"net/http"
	"net/url"
	"strings"
)

// URL returns u as text with user, password, fragment and the values of telling query parameters masked. What a signed
// URL grants (X-Amz-Signature, sig) and what logs a person in (code, state) count as telling. "" for nil.
func URL(u *url.URL) string {
	if u == nil {
		return ""
	}
	if u.Opaque != "" {
		return String(u.Scheme + ":" + u.Opaque)
	}
	var out strings.Builder
	if u.Scheme != "" {
		out.WriteString(u.Scheme + ":")
	}
	if u.Scheme != "" || u.Host != "" || u.User != nil {
		out.WriteString("//")
	}
	if u.User != nil {
		out.WriteString(Mask + "@")
	}
	out.WriteString(u.Host)
	out.WriteString(u.EscapedPath())
	if u.RawQuery != "" {
		out.WriteString("?" + query(u.RawQuery))
	}
	if u.Fragment != "" {
		out.WriteString("#" + Mask) // OAuth's implicit flow puts tokens there
	}
	return String(out.String())
}

// query works on the raw text, so that it also masks what url.ParseQuery refuses.
func query(raw string) string {
	if len(raw) > MaxText {
		return Cut
	}
	pairs := strings.FieldsFunc(raw, func(r rune) bool { return r == '&' || r == ';' })
	for i, pair := range pairs {
		name, value, found := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err != nil || found && tellingParameter(plain) {
			pairs[i] = name + "=" + Mask
		} else if plain, err := url.QueryUnescape(value); err != nil || String(plain) != plain {
			pairs[i] = name + "=" + Mask // a secret written with %40 and the like
		}
	}
	return strings.Join(pairs, "&")
}

func tellingParameter(name string) bool {
	switch lower := strings.ToLower(name); lower {
	case "sig", "signature", "code", "state", "key", "auth", "assertion", "samlresponse":
		return true
	default:
		return Key(name) || strings.HasSuffix(lower, "-signature") || strings.HasSuffix(lower, "-credential")
	}
}

// Headers returns a copy of h with secrets masked: whole values of headers whose names tell (Authorization, Cookie,
// X-Vault-Token), and what looks like a secret in others.
func Headers(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		masked := make([]string, len(values))
		for i, v := range values {
			masked[i] = Mask
			if !Key(name) {
				masked[i] = String(v)
			}
		}
		out[String(name)] = masked
	}
	return out
}
