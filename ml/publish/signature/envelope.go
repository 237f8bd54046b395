package signature

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/security/hashes"
)

// PayloadType says what is signed: the canonical manifest of a pack. It is part of what is signed.
const PayloadType = "application/vnd.virtengine.model-pack.manifest.v1+json"

// Limits of an envelope.
const (
	MaxSignatures = 64
	MaxBytes      = 2 << 20 // of an envelope, and of a bundle: a manifest of 1 MiB in base64, and the rest
)

// Signature is one key's. Key is what the signer calls it, which nobody need believe.
type Signature struct {
	Key hashes.Digest
	Sig [ed25519.SignatureSize]byte
}

// Envelope is a payload and signatures over it, by key and then by signature, each once. The zero Envelope has none.
type Envelope struct {
	Payload    []byte
	Signatures []Signature
}

// Message is what a key signs: DSSE's pre-authentication encoding, in which lengths stand before type and payload.
func Message(payload []byte) []byte {
	return append(fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(PayloadType), PayloadType, len(payload)), payload...)
}

// Sign adds a signature and returns the new envelope; the old one stays as it is. Signing again with the same key changes
// nothing. Fails with ErrKey where the signer's signature is not its key's, and with ErrEnvelope for too many.
func (e Envelope) Sign(ctx context.Context, s Signer) (Envelope, error) {
	if s == nil {
		return e, fmt.Errorf("%w: no signer", ErrKey)
	}
	message := Message(e.Payload)
	raw, err := s.Sign(ctx, message)
	if err != nil {
		return e, err
	}
	public := s.Public()
	if len(public.key) != ed25519.PublicKeySize || !ed25519.Verify(public.key, message, raw) { // a fault in hardware is no signature
		return e, fmt.Errorf("%w: what the signer of %s made is no signature of it", ErrKey, public.id)
	}
	one := Signature{Key: public.id}
	copy(one.Sig[:], raw)
	return e.With(one)
}

// With adds signatures; those that are there already are not repeated. Whether they are any good is for Trust to say. Fails with
// ErrEnvelope for too many.
func (e Envelope) With(more ...Signature) (Envelope, error) {
	all := append(slices.Clone(e.Signatures), more...)
	slices.SortFunc(all, compare)
	all = slices.CompactFunc(all, func(a, b Signature) bool { return compare(a, b) == 0 })
	if len(all) > MaxSignatures {
		return e, fmt.Errorf("%w: %d signatures, allowed are %d", ErrEnvelope, len(all), MaxSignatures)
	}
	return Envelope{e.Payload, all}, nil
}

func compare(a, b Signature) int {
	if c := strings.Compare(a.Key.String(), b.Key.String()); c != 0 {
		return c
	}
	return bytes.Compare(a.Sig[:], b.Sig[:])
}

// envelopeJSON is DSSE's form.
type envelopeJSON struct {
	Payload     string          `json:"payload"`
	PayloadType string          `json:"payloadType"`
	Signatures  []signatureJSON `json:"signatures"`
}

type signatureJSON struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"`
}

func (e Envelope) form() envelopeJSON {
	out := envelopeJSON{Payload: base64.StdEncoding.EncodeToString(e.Payload), PayloadType: PayloadType, Signatures: []signatureJSON{}}
	for _, s := range e.Signatures {
		out.Signatures = append(out.Signatures, signatureJSON{s.Key.String(), base64.StdEncoding.EncodeToString(s.Sig[:])})
	}
	return out
}

// Write gives the envelope as canonical JSON. Fails with ErrEnvelope where ReadEnvelope would not take it.
func (e Envelope) Write() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	raw, err := canon.Marshal(e.form())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	if len(raw) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, allowed are %d", ErrEnvelope, len(raw), MaxBytes)
	}
	return raw, nil
}

// ReadEnvelope takes the bytes that Write gives, and no others. It checks no signature. Fails with ErrEnvelope.
func ReadEnvelope(raw []byte) (Envelope, error) {
	var form envelopeJSON
	if err := canon.Unmarshal(raw, MaxBytes, &form); err != nil {
		return Envelope{}, fmt.Errorf("%w: %w", ErrEnvelope, err)
	}
	e, err := form.envelope()
	if err != nil {
		return Envelope{}, err
	}
	return e, e.check()
}

// check says whether signatures stand in order, each once, and there are some.
func (e Envelope) check() error {
	if len(e.Signatures) == 0 || len(e.Signatures) > MaxSignatures {
		return fmt.Errorf("%w: %d signatures, want 1 to %d", ErrEnvelope, len(e.Signatures), MaxSignatures)
	}
	for i := 1; i < len(e.Signatures); i++ {
		if compare(e.Signatures[i-1], e.Signatures[i]) >= 0 {
			return fmt.Errorf("%w: signatures[%d] is repeated, or out of order", ErrEnvelope, i)
		}
	}
	return nil
}

func (form envelopeJSON) envelope() (Envelope, error) {
	if form.PayloadType != PayloadType {
		return Envelope{}, fmt.Errorf("%w: payload type %.100q, want %s; hint: it was signed for something else", ErrEnvelope, form.PayloadType, PayloadType)
	}
	payload, err := base64.StdEncoding.Strict().DecodeString(form.Payload)
	if err != nil || base64.StdEncoding.EncodeToString(payload) != form.Payload {
		return Envelope{}, fmt.Errorf("%w: payload is not in base64", ErrEnvelope)
	}
	e := Envelope{Payload: payload}
	for i, s := range form.Signatures {
		var one Signature
		if one.Key, err = hashes.Parse(s.KeyID); err != nil {
			return Envelope{}, fmt.Errorf("%w: signatures[%d]: keyid: %w", ErrEnvelope, i, err)
		}
		sig, err := base64.StdEncoding.Strict().DecodeString(s.Sig)
		if err != nil || len(sig) != len(one.Sig) || base64.StdEncoding.EncodeToString(sig) != s.Sig {
			return Envelope{}, fmt.Errorf("%w: signatures[%d]: sig is not %d bytes in base64", ErrEnvelope, i, len(one.Sig))
		}
		copy(one.Sig[:], sig)
		e.Signatures = append(e.Signatures, one)
	}
	return e, nil
}
