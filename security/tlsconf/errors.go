package tlsconf

import "errors"

// Errors by which a caller tells one refusal from another. Those of a handshake arrive wrapped by crypto/tls or net/http
// on the side that refuses; the other side sees an alert.
var (
	// ErrConfig says that a setting is missing or contradicts another.
	ErrConfig = errors.New("TLS settings")
	// ErrNotPinned says that the other side showed another certificate than those expected.
	ErrNotPinned = errors.New("certificate is not the expected one")
	// ErrCertificateExpired says that a certificate is outside its validity period.
	ErrCertificateExpired = errors.New("certificate is outside its validity period")
	// ErrKeyPair says that a certificate or its key does not parse, or that they do not belong together.
	ErrKeyPair = errors.New("certificate and key")
	// ErrRoots says that a list of authorities holds something else than certificates, or none.
	ErrRoots = errors.New("authorities")
	// ErrPin says that a text is no pin.
	ErrPin = errors.New("not a pin")
	// ErrProtocol says that both sides have no application protocol in common.
	ErrProtocol = errors.New("no common application protocol")
)
