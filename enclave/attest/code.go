package attest

import (
	"errors"
	"fmt"
)

// Code says why evidence is refused. Codes stand in state and in answers of tools: they are appended, never renamed.
type Code string

const (
	Accepted Code = "accepted"

	// The bytes.
	Malformed     Code = "malformed"      // they do not follow their format
	TooLarge      Code = "too_large"      // a cap is exceeded
	TrailingBytes Code = "trailing_bytes" // something stands behind the end
	Unsupported   Code = "unsupported"    // a genuine format or version that is not read here
	WrongPlatform Code = "wrong_platform" // evidence of another platform than was said
	NoTime        Code = "no_time"        // the caller gave no time

	// Keys and certificates.
	ChainInvalid   Code = "chain_invalid"       // the certificates are no path, or one lacks what its place needs
	UnknownRoot    Code = "unknown_root"        // the path ends at a root that is not pinned
	NotYetValid    Code = "not_yet_valid"       // a certificate, list or document begins later
	Expired        Code = "expired"             // a certificate, list or document has ended
	Revoked        Code = "revoked"             // a certificate is on its issuer's list
	BadSignature   Code = "bad_signature"       // a signature does not hold
	MissingChain   Code = "missing_certificate" // a certificate is needed that was not given
	MismatchedKey  Code = "mismatched_key"      // a certificate is of another chip or TCB than the statement
	MissingRuntime Code = "missing_runtime"     // what the statement names by digest was not given
	WrongRuntime   Code = "wrong_runtime"       // it was, and has another digest

	// Collateral: what vendors say of their platforms.
	MissingCollateral Code = "missing_collateral"
	WrongSigner       Code = "wrong_signer"     // collateral signed by another than the vendor's signer
	WrongCollateral   Code = "wrong_collateral" // genuine, and of another platform, TEE or FMSPC
	OldCollateral     Code = "old_collateral"   // below the least evaluation number that policy takes
	NoTCBLevel        Code = "no_tcb_level"     // no level of the vendor's list fits
	OutOfDate         Code = "tcb_out_of_date"  // the vendor calls the TCB out of date
	TCBRevoked        Code = "tcb_revoked"      // the vendor revoked the TCB
	TCBStatus         Code = "tcb_status"       // the status is not among those that policy takes
	WrongIdentity     Code = "wrong_identity"   // the quoting enclave or module is not the vendor's

	// What the platform runs.
	Debug            Code = "debug"           // debugging is on: memory can be read from outside
	Provisional      Code = "provisional"     // the running firmware is not the committed one
	NoAliasCheck     Code = "no_alias_check"  // memory was not checked for aliases
	PrivilegeLevel   Code = "privilege_level" // VMPL is higher than policy takes
	Attributes       Code = "attributes"      // attributes or flags that policy refuses
	TCBTooLow        Code = "tcb_too_low"     // a version lies below policy's least
	UnknownMeasure   Code = "unknown_measurement"
	WrongReportData  Code = "wrong_report_data" // not the expected binding
	TooOld           Code = "too_old"           // the statement was made too long ago
	PlatformRefused  Code = "platform_refused"  // policy takes no evidence of this platform
	PlatformIDDenied Code = "platform_denied"   // this chip was denied
)

// Refusal is the only error of this package and its drivers. Its text is ours, the same for ever for the same bytes.
type Refusal struct {
	Code Code
	Why  string
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Why }

// Refuse makes a refusal; only values that are the same on every machine belong into it.
func Refuse(c Code, format string, args ...any) error {
	return &Refusal{Code: c, Why: fmt.Sprintf(format, args...)}
}

// CodeOf is Accepted for nil, the code of a refusal, and Malformed for an error that is none: nothing is accepted by accident.
func CodeOf(err error) Code {
	if err == nil {
		return Accepted
	}
	var r *Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return Malformed
}
