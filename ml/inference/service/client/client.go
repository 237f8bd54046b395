// Package client connects to an inference service: over its unix socket, or over TLS with a certificate of one's own.
//
// Guarantee: nothing is sent to a service that did not prove itself, by being on this machine's socket or by its certificate;
// messages are written in buffers that are overwritten. An answer that did not come is an error: there is none in its place.
//
// For the daemons that prepare what validators vote.
package client

import (
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/local"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/wire"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// ErrConfig says that an address or TLS settings are none.
var ErrConfig = errors.New("inference client settings")

// Client is a connection that is made when it is first used, and again when it broke. Safe for concurrent use.
type Client struct {
	api.InferenceClient
	Conn *grpc.ClientConn // for health checks
}

// Unix reaches a service by its socket's absolute path. Fails with ErrConfig.
func Unix(path string) (*Client, error) {
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("%w: socket %q; write an absolute path", ErrConfig, path)
	}
	return dial("unix://"+path, local.NewCredentials())
}

// TLS reaches a service by host:port, with settings of tlsconf.NewClient that show a certificate. Fails with ErrConfig.
func TLS(address string, c *tls.Config) (*Client, error) {
	if c == nil {
		return nil, fmt.Errorf("%w: no TLS", ErrConfig)
	}
	if err := tlsconf.CheckClient(c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return dial("dns:///"+address, credentials.NewTLS(c))
}

func dial(target string, c credentials.TransportCredentials) (*Client, error) {
	conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(c), experimental.WithBufferPool(wire.Wiping{}), grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(wire.Codec())))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	return &Client{api.NewInferenceClient(conn), conn}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.Conn.Close() }

// Reason is why a service gave no answer (BUSY, TIMEOUT, ...); "" for an error that is not the service's, such as a broken connection.
func Reason(err error) string {
	for _, d := range status.Convert(err).Details() {
		if i, ok := d.(*errdetails.ErrorInfo); ok {
			return i.GetReason()
		}
	}
	return ""
}
