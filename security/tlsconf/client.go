package tlsconf

import "crypto/tls"

// Client returns settings of a TLS 1.3 client that trusts the machine's authorities, by the machine's clock. NewClient is
// for an operator's own authorities, for pins and for showing a certificate.
func Client() *tls.Config { return base(nil, nil) }
