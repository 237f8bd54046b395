package image

import (
	"net/http"
	"slices"

	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/safemath"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// registries reaches the registries that the operator allows, also on private addresses. Where one of them sends us, for a
// token or a layer, is a stranger's URL: it leads to public addresses by https, or nowhere.
func registries(cfg Config) (http.RoundTripper, error) {
	policy := httpx.Policy{}
	for _, host := range cfg.Registries {
		scheme := "https://"
		if slices.Contains(cfg.Insecure, host) {
			scheme = "http://"
		}
		policy.AllowOrigins = append(policy.AllowOrigins, scheme+host)
	}
	return httpx.NewPublicTransport(httpx.PublicConfig{
		Policy: policy, TLS: tlsconf.Client(), Resolver: httpx.SystemResolver(),
		// A pull lasts as long as its context; no layer is larger than an image may be.
		Limits: httpx.Limits{Stream: true, MaxBody: safemath.Clamp[int64](max(cfg.MaxBytes, 1<<20))},
	})
}
