package secret

import "errors"

// Errors of secrets and their sources. Sources wrap what they met in one of these, so that a caller need not know them.
var (
	// ErrSealed says that somebody tried to write a secret out, or to read one from configuration.
	ErrSealed = errors.New("secrets are not marshaled")
	// ErrWiped says that a secret was wiped before it was used.
	ErrWiped = errors.New("secret is wiped")
	// ErrEmpty says that there is no secret in a zero Text or Bytes, or an empty one at its source.
	ErrEmpty = errors.New("secret is empty")
	// ErrNotText says that a secret is no UTF-8 text where text is needed.
	ErrNotText = errors.New("secret is not text")
	// ErrTooLarge says that a secret has more than MaxSize bytes.
	ErrTooLarge = errors.New("secret is too large")
	// ErrReference says that a reference, or the name in it, is not written as its source wants it.
	ErrReference = errors.New("reference to a secret is malformed")
	// ErrUnknownSource says that a reference names a source that this program does not have.
	ErrUnknownSource = errors.New("source of secrets is unknown")
	// ErrNotFound says that the source answers, and has no such secret.
	ErrNotFound = errors.New("secret does not exist")
	// ErrDenied says that the source refuses us, or that we refuse it because others may read or change what it holds.
	ErrDenied = errors.New("access to the secret is denied")
	// ErrThrottled says that the source wants fewer requests.
	ErrThrottled = errors.New("source of secrets is throttling")
	// ErrUnavailable says that the source does not answer, or not in its own way. Trying later may help.
	ErrUnavailable = errors.New("source of secrets is unavailable")
)

// MaxSize is the largest secret, in bytes: a bundle of keys and certificates fits.
const MaxSize = 64 << 10
