// Package good connects with settings and limits.
package good

import (
	"crypto/tls"
	"net/http"
	"time"

	"github.com/virtengine/virtengine/security/tlsconf"
)

func client() *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: tlsconf.Client()}}
}

func passedOn(c *tls.Config) *tls.Config { return c.Clone() }
