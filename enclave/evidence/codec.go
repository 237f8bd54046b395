package evidence

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Errors of this package. Texts depend on the bytes alone, never on a library.
var (
	ErrFormat   = errors.New("no envelope of evidence")
	ErrPlatform = errors.New("platform is unknown")
	ErrCap      = errors.New("envelope exceeds a cap")
	ErrEmpty    = errors.New("evidence has an empty part")
)

// Version is what the envelope's first field says.
const Version = 1

// MaxEncoded bounds an envelope in CBOR, in bytes.
const MaxEncoded = MaxBody + MaxEndorsements*MaxEndorsement + MaxRuntime + 128

// wire is the envelope: a map with numbers as keys, parts that are not there left out.
type wire struct {
	Version      uint64   `cbor:"1,keyasint"`
	Platform     string   `cbor:"2,keyasint"`
	Body         []byte   `cbor:"3,keyasint"`
	Endorsements [][]byte `cbor:"4,keyasint,omitempty"`
	Runtime      []byte   `cbor:"5,keyasint,omitempty"`
}

// Encode writes an envelope in CBOR, core deterministic (RFC 8949 section 4.2.1). Fails as Check does.
func Encode(e Evidence) ([]byte, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, fmt.Errorf("encoder: %w", err)
	}
	return mode.Marshal(wire{Version: Version, Platform: string(e.Platform), Body: e.Body, Endorsements: e.Endorsements, Runtime: e.Runtime})
}

// Decode reads an envelope of at most MaxEncoded bytes. Whatever Encode would have written otherwise is refused.
//
// Errors: ErrFormat, ErrPlatform, ErrCap, ErrEmpty.
func Decode(raw []byte) (Evidence, error) {
	if len(raw) > MaxEncoded {
		return Evidence{}, fmt.Errorf("%d bytes, at most %d: %w", len(raw), MaxEncoded, ErrCap)
	}
	mode, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   4,
		MaxMapPairs:       16,
		MaxArrayElements:  16,
	}.DecMode()
	if err != nil {
		return Evidence{}, fmt.Errorf("decoder: %w", err)
	}
	var w wire
	if mode.Unmarshal(raw, &w) != nil || w.Version != Version {
		return Evidence{}, fmt.Errorf("%d bytes, version %d is read: %w", len(raw), Version, ErrFormat)
	}
	e := Evidence{Platform: Platform(w.Platform), Body: w.Body, Endorsements: w.Endorsements, Runtime: w.Runtime}
	again, err := Encode(e)
	if err != nil {
		return Evidence{}, err
	}
	if !bytes.Equal(again, raw) {
		return Evidence{}, fmt.Errorf("%d bytes, not in the one way of writing: %w", len(raw), ErrFormat)
	}
	return e, nil
}

// Check says whether evidence is of a known platform, has a body and keeps within the caps.
//
// Errors: ErrPlatform, ErrEmpty, ErrCap.
func (e Evidence) Check() error {
	if !e.Platform.Known() {
		return ErrPlatform
	}
	if len(e.Body) == 0 {
		return fmt.Errorf("body: %w", ErrEmpty)
	}
	if len(e.Body) > MaxBody || len(e.Runtime) > MaxRuntime || len(e.Endorsements) > MaxEndorsements {
		return fmt.Errorf("body of %d bytes, runtime of %d, %d endorsements; at most %d, %d and %d: %w",
			len(e.Body), len(e.Runtime), len(e.Endorsements), MaxBody, MaxRuntime, MaxEndorsements, ErrCap)
	}
	for i, c := range e.Endorsements {
		if len(c) == 0 {
			return fmt.Errorf("endorsement %d: %w", i, ErrEmpty)
		}
		if len(c) > MaxEndorsement {
			return fmt.Errorf("endorsement %d of %d bytes, at most %d: %w", i, len(c), MaxEndorsement, ErrCap)
		}
	}
	return nil
}

// Known says whether a platform is one of those above.
func (p Platform) Known() bool {
	switch p {
	case SGX, TDX, SEVSNP, Nitro, AzureVTPM, TPM2, SoftTPM, Simulated:
		return true
	}
	return false
}
