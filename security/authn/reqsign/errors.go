package reqsign

import "errors"

// Errors by which a caller tells one refusal from another. A second use is replay.ErrReplayed, and a store that cannot
// remember is one of the other errors of replay.
var (
	// ErrHeader says that a signature's headers are missing, repeated or malformed.
	ErrHeader = errors.New("signature headers")
	// ErrForm says that a request has more than one reading: its method, path, query, length or encoding is not in the one
	// form that is signed.
	ErrForm = errors.New("request has more than one reading")
	// ErrHost says that a request is for another host.
	ErrHost = errors.New("request is for another host")
	// ErrTime says that a request was signed too long ago, or in the future.
	ErrTime = errors.New("request is not of now")
	// ErrUnknownKey says that nobody has the key that a request names.
	ErrUnknownKey = errors.New("signing key is unknown")
	// ErrSignature says that the key did not sign this request.
	ErrSignature = errors.New("request signature is wrong")
	// ErrBody says that a body is longer than its limit, or not as long as announced.
	ErrBody = errors.New("request body")
	// ErrKey says that a key cannot be used.
	ErrKey = errors.New("key cannot be used")
	// ErrConfig says that a signer or verifier was asked for without something it needs.
	ErrConfig = errors.New("request signature settings")
)
