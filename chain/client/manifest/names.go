package manifest

import (
	"errors"
	"path"
	"strings"

	"github.com/virtengine/virtengine/chain/x/resources/amount"
)

const (
	labelRule = "1 to 63 of a-z 0-9 and -, beginning with a letter, not ending in -"
	wordRule  = "1 to 64 of a-z 0-9 - . _"

	maxImageBytes = 512
	maxHostBytes  = 253
	maxMountBytes = 255
)

// isLabel is a DNS label (RFC 1035) that begins with a letter, so that it can also name a variable, a cgroup, a host.
func isLabel(s string) bool {
	return len(s) >= 1 && len(s) <= 63 && isLower(s[0]) && s[len(s)-1] != '-' &&
		only(s, func(c byte) bool { return isLower(c) || isDigit(c) || c == '-' })
}

// isWord is what the chain accepts as a class, vendor or model.
func isWord(s string) bool {
	return s != "" && len(s) <= amount.MaxNameBytes &&
		only(s, func(c byte) bool { return isLower(c) || isDigit(c) || c == '-' || c == '.' || c == '_' })
}

func isHost(s string) bool {
	if len(s) > maxHostBytes || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			!only(label, func(c byte) bool { return isLower(c) || isDigit(c) || c == '-' }) {
			return false
		}
	}
	return true
}

func isEnvName(s string) bool {
	return s != "" && !isDigit(s[0]) && only(s, func(c byte) bool {
		return isLower(c) || isUpper(c) || isDigit(c) || c == '_' || c == '-' || c == '.'
	})
}

// checkImage accepts a reference as the OCI distribution specification writes it:
// [host[:port]/]path[:tag][@algorithm:hex].
func checkImage(s string) error {
	if s == "" {
		return errors.New("missing")
	}
	if len(s) > maxImageBytes {
		return errors.New("too long")
	}
	rest, digest, pinned := strings.Cut(s, "@")
	if pinned {
		hex, isSHA256 := strings.CutPrefix(digest, "sha256:")
		if !isSHA256 || len(hex) != 64 || !only(hex, func(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'f' }) {
			return errors.New("the digest must be sha256: and 64 hexadecimal digits in lower case")
		}
	}
	name := rest
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, '/') {
		tag := rest[colon+1:]
		if tag == "" || len(tag) > 128 || tag[0] == '.' || tag[0] == '-' ||
			!only(tag, func(c byte) bool { return isAlnum(c) || c == '_' || c == '.' || c == '-' }) {
			return errors.New("the tag must be 1 to 128 letters, digits and _ . -")
		}
		name = rest[:colon]
	}
	parts := strings.Split(name, "/")
	if len(parts) > 1 && isRegistry(parts[0]) {
		parts = parts[1:]
	}
	for _, p := range parts {
		if !isImagePath(p) {
			return errors.New("a reference like registry.example.com/shop/web:1.2 is expected, in lower case")
		}
	}
	return nil
}

// isRegistry tells a host from the first part of a path: only hosts have dots, ports, or are called localhost.
func isRegistry(s string) bool {
	host, port, hasPort := strings.Cut(s, ":")
	if hasPort && (port == "" || len(port) > 5 || !only(port, isDigit)) {
		return false
	}
	return host != "" && (hasPort || host == "localhost" || strings.Contains(host, ".")) &&
		only(host, func(c byte) bool { return isAlnum(c) || c == '-' || c == '.' })
}

// isImagePath is letters and digits with single separators between them, where "__" and any number of "-" count as one.
func isImagePath(s string) bool {
	if s == "" || !isLower(s[0]) && !isDigit(s[0]) {
		return false
	}
	last := s[len(s)-1]
	return (isLower(last) || isDigit(last)) && !strings.Contains(s, "..") && !strings.Contains(s, "___") &&
		!strings.Contains(s, "._") && !strings.Contains(s, "_.") &&
		only(s, func(c byte) bool { return isLower(c) || isDigit(c) || c == '.' || c == '_' || c == '-' })
}

// checkMount accepts an absolute path in its shortest form outside of what the system itself mounts.
func checkMount(s string) error {
	if !isText(s) || len(s) > maxMountBytes || s[0] != '/' || path.Clean(s) != s {
		return errors.New("an absolute path of at most 255 bytes without . or .. is expected")
	}
	if s == "/" {
		return errors.New("the root is the image's")
	}
	for _, own := range []string{"/proc", "/sys", "/dev"} {
		if s == own || strings.HasPrefix(s, own+"/") {
			return errors.New(own + " is the system's")
		}
	}
	return nil
}

func only(s string, allowed func(byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isAlnum(c byte) bool { return isLower(c) || isUpper(c) || isDigit(c) }
