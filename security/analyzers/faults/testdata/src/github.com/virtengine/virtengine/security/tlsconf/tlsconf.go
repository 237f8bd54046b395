// Package tlsconf stands for ours.
package tlsconf

import "crypto/tls"

// Client stands for ours.
func Client() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS13} }
