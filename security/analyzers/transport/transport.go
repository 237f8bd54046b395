// Package transport is the analyzer against weak and endless connections: TLS settings come from security/tlsconf, and
// HTTP clients and servers have timeouts and limits.
package transport

import (
	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

const (
	settings = "TLS settings come from security/tlsconf"
	old      = "nothing below TLS 1.3"
	endless  = "it waits for ever: make a client or server with timeouts and limits"
)

// everywhere holds in tests too: a test that trusts everybody shows nothing.
var everywhere = []ban.Rule{
	{Package: "crypto/tls", Names: []string{".InsecureSkipVerify"}, Use: "it trusts everybody: pin the certificate with tlsconf.Pinned"},
	{Package: "crypto/tls", Names: []string{"VersionSSL30", "VersionTLS10", "VersionTLS11", "VersionTLS12"}, Use: old},
	{Package: "crypto/tls", Names: []string{".CipherSuites", "InsecureCipherSuites", ".Renegotiation", ".PreferServerCipherSuites"}, Use: settings},
	{Package: "crypto/tls", Names: []string{".KeyLogWriter"}, Use: "it writes the session's keys to a file"},
	{Package: "net/http/pprof", Use: "it opens the program's memory to whoever reaches the default server"},
}

var shipped = []ban.Rule{
	{Package: "crypto/tls", Names: []string{"Config"}, How: ban.Made, Use: settings},
	{Package: "crypto/tls", Names: []string{"Dial", "DialWithDialer", "Listen", "LoadX509KeyPair"}, Use: settings},
	{Package: "net/http", Names: []string{"Get", "Head", "Post", "PostForm", "DefaultClient", "DefaultTransport", "DefaultServeMux", "Handle", "HandleFunc",
		"ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS"}, Use: endless},
	{Package: "google.golang.org/grpc/credentials/insecure", Use: "what it carries can be read and changed on the way"},
	{Package: "google.golang.org/grpc", Names: []string{"WithInsecure"}, Use: "what it carries can be read and changed on the way"},
}

// Analyzer finds weak and endless connections.
var Analyzer = &analysis.Analyzer{Name: "transport", Doc: "TLS 1.3 from security/tlsconf, HTTP with limits", Run: run}

func run(pass *analysis.Pass) (any, error) {
	tests, ours := house.New(pass, house.Scope{Tests: true}), house.New(pass, house.Scope{})
	if tests == nil {
		return nil, nil
	}
	ban.Check(pass, tests, everywhere)
	ours.Share(tests)
	ban.Check(pass, ours, shipped)
	tests.Done()
	return nil, nil
}
