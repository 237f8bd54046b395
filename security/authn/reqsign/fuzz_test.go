package reqsign

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

// FuzzRequestSignature gives bytes of the network to net/http and what that makes of them to a verifier: it does not panic,
// and only requests that mean what was signed pass.
func FuzzRequestSignature(f *testing.F) {
	good := signed(f, newSigner(f, "service:indexer", ed))
	var head strings.Builder
	head.WriteString("POST " + good.RequestURI + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 11\r\n")
	for name := range good.Header {
		head.WriteString(name + ": " + good.Header.Get(name) + "\r\n")
	}
	raw := head.String() + "\r\n" + body
	f.Add(raw)
	f.Add(strings.Replace(raw, "a=1&a=0", "a=1;a=0", 1))
	f.Add(strings.Replace(raw, "a=1&a=0", "a=0&a=1", 1))
	f.Add(strings.Replace(raw, "b=2&a=1&a=0", "a=1&b=2&a=0", 1))
	f.Add(strings.Replace(raw, "/lease", "//lease", 1))
	f.Add(strings.Replace(raw, "Content-Length: 11", "Transfer-Encoding: chunked", 1))
	f.Add(strings.Replace(raw, "Host: provider", "Host: Provider", 1))
	f.Add(strings.Replace(raw, "Ve-Sig-Key: ", "Ve-Sig-Key: account:ve1alice\r\nVe-Sig-Key: ", 1))
	f.Fuzz(func(t *testing.T, text string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			return
		}
		now := noon
		v, _ := newVerifier(t, &now)
		id, err := v.Verify(r)
		if err != nil {
			if len(err.Error()) > 1000 {
				t.Fatalf("a message of %d bytes", len(err.Error()))
			}
			return
		}
		q := r.URL.Query()
		same := id == "service:indexer" && r.Method == good.Method && r.URL.Path == good.URL.Path && r.Host == host && len(q) == 2 &&
			strings.Join(q["a"], ",") == "1,0" && strings.Join(q["b"], ",") == "2" && r.ContentLength == int64(len(body)) &&
			r.Header.Get("Content-Type") == "application/json" && r.Header.Get(HeaderKey) == id
		if !same {
			t.Fatalf("%q passes", text)
		}
	})
}
