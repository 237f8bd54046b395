package httpx

import "errors"

// Errors by which a caller tells one refusal from another. Those of a client arrive wrapped in a *url.Error.
var (
	// ErrConfig says that a setting is missing or out of range.
	ErrConfig = errors.New("HTTP settings")
	// ErrPlaintext says that something would be readable and changeable on its way.
	ErrPlaintext = errors.New("plain text beyond this machine")
	// ErrBodyTooLarge says that a request or an answer is longer than its limit.
	ErrBodyTooLarge = errors.New("body is too large")
	// ErrBody says that an answer is not the JSON that was expected.
	ErrBody = errors.New("body is not as expected")
	// ErrRedirect says that an answer sends us where we do not go.
	ErrRedirect = errors.New("redirect refused")
	// ErrURL says that a URL is malformed, or of a kind that is not followed.
	ErrURL = errors.New("URL refused")
	// ErrAddress says that a URL leads to an address that is not public.
	ErrAddress = errors.New("address refused")
	// ErrNoAddress says that a name has no address.
	ErrNoAddress = errors.New("name has no address")
	// ErrSocket says that a unix socket cannot be made at a path.
	ErrSocket = errors.New("unix socket")
	// ErrSocketInUse says that a process answers on a unix socket.
	ErrSocketInUse = errors.New("unix socket is in use")
	// ErrStopped says that a server was to serve a second time.
	ErrStopped = errors.New("server has served already")
	// ErrGrace says that requests were cut off since they had not ended when the server's grace had.
	ErrGrace = errors.New("requests were still open")
)
