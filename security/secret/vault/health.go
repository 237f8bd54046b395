package vault

import (
	"context"
	"fmt"
	"net/http"

	"github.com/virtengine/virtengine/security/secret"
)

// Health is what a server says about itself.
type Health string

// The states, with the status codes that stand for them.
const (
	Active             Health = "active"                      // 200
	Standby            Health = "standby"                     // 429
	DisasterRecovery   Health = "disaster recovery secondary" // 472
	PerformanceStandby Health = "performance standby"         // 473
	NotInitialized     Health = "not initialized"             // 501
	Sealed             Health = "sealed"                      // 503
)

// Health asks the server, once and without a token. Fails with secret.ErrUnavailable if it does not answer as it should.
func (c *Client) Health(ctx context.Context) (Health, error) {
	res, err := c.send(ctx, request{method: http.MethodGet, path: []string{"sys", "health"}})
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return "", cause
		}
		return "", fmt.Errorf("%w: %s", secret.ErrUnavailable, redacted(unwrapURL(err).Error()))
	}
	if err := res.Body.Close(); err != nil { // the status says it all
		return "", fmt.Errorf("%w: %s", secret.ErrUnavailable, redacted(err.Error()))
	}
	switch res.StatusCode {
	case http.StatusOK:
		return Active, nil
	case http.StatusTooManyRequests:
		return Standby, nil
	case 472:
		return DisasterRecovery, nil
	case 473:
		return PerformanceStandby, nil
	case http.StatusNotImplemented:
		return NotInitialized, nil
	case http.StatusServiceUnavailable:
		return Sealed, nil
	}
	return "", fmt.Errorf("%w: it answers about its health with status %d", secret.ErrUnavailable, res.StatusCode)
}
