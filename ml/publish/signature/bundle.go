package signature

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/security/hashes"
)

// BundleType is the media type of the bundles that are written and read: sigstore's, version 0.3.
const BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

// bundleJSON is the part of dev.sigstore.bundle.v1.Bundle that a signature by a long-lived key needs, as protobuf's JSON.
type bundleJSON struct {
	Envelope     envelopeJSON `json:"dsseEnvelope"`
	MediaType    string       `json:"mediaType"`
	Verification struct {
		PublicKey struct {
			Hint string `json:"hint"`
		} `json:"publicKey"`
	} `json:"verificationMaterial"`
}

// WriteBundle gives an envelope with one signature as a bundle of sigstore, in canonical JSON. The hint is what sigstore's own
// signers write: the key's id, in base64. There is no log entry in it. Fails with ErrBundle, also for more signatures than one,
// which a bundle must not have.
func WriteBundle(e Envelope) ([]byte, error) {
	if len(e.Signatures) != 1 {
		return nil, fmt.Errorf("%w: %d signatures, a bundle has one", ErrBundle, len(e.Signatures))
	}
	form := bundleJSON{Envelope: e.form(), MediaType: BundleType}
	form.Verification.PublicKey.Hint = base64.StdEncoding.EncodeToString(e.Signatures[0].Key.Bytes())
	raw, err := canon.Marshal(form)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if len(raw) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, allowed are %d", ErrBundle, len(raw), MaxBytes)
	}
	return raw, nil
}

// bundleIn is what may stand in a bundle. What we do not check is read in order to refuse it by its name.
type bundleIn struct {
	Envelope     *envelopeJSON   `json:"dsseEnvelope"`
	Message      json.RawMessage `json:"messageSignature"`
	MediaType    string          `json:"mediaType"`
	Verification struct {
		PublicKey *struct {
			Hint string `json:"hint"`
		} `json:"publicKey"`
		Certificate json.RawMessage   `json:"certificate"`
		Chain       json.RawMessage   `json:"x509CertificateChain"`
		Log         []json.RawMessage `json:"tlogEntries"`
		Times       json.RawMessage   `json:"timestampVerificationData"`
	} `json:"verificationMaterial"`
}

// ReadBundle reads a bundle of sigstore, by whomever, with one signature of a long-lived key. White space and the order of fields
// are free in it; unknown and repeated fields are refused. It checks no signature. Fails with ErrBundle and ErrEnvelope.
func ReadBundle(raw []byte) (Envelope, error) {
	var in bundleIn
	if err := canon.UnmarshalLoose(raw, MaxBytes, &in); err != nil {
		return Envelope{}, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if err := in.readable(); err != nil {
		return Envelope{}, err
	}
	key, err := keyOfHint(in.Verification.PublicKey.Hint)
	if err != nil {
		return Envelope{}, err
	}
	switch keyID := &in.Envelope.Signatures[0].KeyID; *keyID {
	case "", key.String(), in.Verification.PublicKey.Hint:
		*keyID = key.String()
	default:
		return Envelope{}, fmt.Errorf("%w: the envelope names key %.80q, the hint %s", ErrBundle, *keyID, key)
	}
	e, err := in.Envelope.envelope()
	if err != nil {
		return Envelope{}, err
	}
	return e, e.check()
}

// readable names what is missing, and what we would have to check and do not.
func (in bundleIn) readable() error {
	v := in.Verification
	switch {
	case in.MediaType != BundleType:
		return fmt.Errorf("%w: media type %.80q, want %s", ErrBundle, in.MediaType, BundleType)
	case in.Message != nil || in.Envelope == nil:
		return fmt.Errorf("%w: it signs no DSSE envelope", ErrBundle)
	case v.Certificate != nil || v.Chain != nil || v.PublicKey == nil:
		return fmt.Errorf("%w: it is of a certificate; hint: sign with a key, certificates are not checked here", ErrBundle)
	case len(v.Log) > 0 || v.Times != nil:
		return fmt.Errorf("%w: it holds log entries or timestamps, which are not checked here; hint: sign without a transparency log", ErrBundle)
	case len(in.Envelope.Signatures) != 1:
		return fmt.Errorf("%w: %d signatures, a bundle has one", ErrBundle, len(in.Envelope.Signatures))
	}
	return nil
}

// keyOfHint reads a key's id in base64, as sigstore writes it, or as text of ours.
func keyOfHint(hint string) (hashes.Digest, error) {
	if d, err := hashes.Parse(hint); err == nil {
		return d, nil
	}
	sum, err := base64.StdEncoding.Strict().DecodeString(hint)
	if err != nil {
		return hashes.Digest{}, fmt.Errorf("%w: hint %.80q is no key id in base64", ErrBundle, hint)
	}
	d, err := hashes.FromBytes(hashes.SHA256, sum)
	if err != nil {
		return hashes.Digest{}, fmt.Errorf("%w: hint %.80q: %w", ErrBundle, hint, err)
	}
	return d, nil
}
