// Package bad connects in ways that were found in the wild.
package bad

import (
	"crypto/tls"
	"io"
	"net/http"
	_ "net/http/pprof" // want `net/http/pprof: it opens the program's memory`
	"os"

	"google.golang.org/grpc/credentials/insecure"
)

// A client that waits for ever.
func fetch(url string) (*http.Response, error) { return http.Get(url) } // want `net/http.Get: it waits for ever`

func send(url string, body io.Reader) (*http.Response, error) {
	return http.DefaultClient.Post(url, "application/json", body) // want `net/http.DefaultClient`
}

var post = http.PostForm // want `net/http.PostForm`

// Servers that wait for ever.
func serve() error { return http.ListenAndServe(":8080", nil) } // want `net/http.ListenAndServe`

func route(h http.HandlerFunc) { http.HandleFunc("/", h) } // want `net/http.HandleFunc`

// A client that trusts everybody.
func careless() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{ // want `crypto/tls.Config: TLS settings`
		InsecureSkipVerify: true, // want `crypto/tls..InsecureSkipVerify: it trusts everybody`
	}}}
}

// The same by a field of a value that came from elsewhere.
func loosen(c *tls.Config) {
	c.InsecureSkipVerify = os.Getenv("TLS_VERIFY") == "0"   // want `crypto/tls..InsecureSkipVerify`
	c.MinVersion = tls.VersionTLS10                         // want `crypto/tls.VersionTLS10: nothing below TLS 1.3`
	c.CipherSuites = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA} // want `crypto/tls..CipherSuites`
}

func zero() *tls.Config { return new(tls.Config) } // want `crypto/tls.Config`

var shared tls.Config // want `crypto/tls.Config`

const oldest = tls.VersionTLS12 // want `crypto/tls.VersionTLS12`

func debug(c *tls.Config, w io.Writer) { c.KeyLogWriter = w } // want `crypto/tls..KeyLogWriter: it writes the session's keys`

func dial(address string) (*tls.Conn, error) { return tls.Dial("tcp", address, nil) } // want `crypto/tls.Dial`

func plain() any { return insecure.NewCredentials() } // want `grpc/credentials/insecure.NewCredentials`

type config = tls.Config // want `crypto/tls.Config`
