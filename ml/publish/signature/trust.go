package signature

import (
	"crypto/ed25519"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/security/hashes"
)

// Trust is keys, and how many of them must have signed. The zero Trust takes nothing.
type Trust struct {
	keys      []PublicKey
	threshold int
}

// NewTrust takes keys, each once, and a threshold from 1 to their number. Fails with ErrTrust.
func NewTrust(keys []PublicKey, threshold int) (Trust, error) {
	seen := map[hashes.Digest]bool{}
	for _, k := range keys {
		if len(k.key) != ed25519.PublicKeySize || seen[k.id] {
			return Trust{}, fmt.Errorf("%w: key %s is none, or is there twice", ErrTrust, k.id)
		}
		seen[k.id] = true
	}
	if threshold < 1 || threshold > len(keys) {
		return Trust{}, fmt.Errorf("%w: threshold %d of %d keys; hint: from 1 to the number of keys", ErrTrust, threshold, len(keys))
	}
	return Trust{slices.Clone(keys), threshold}, nil
}

// Check returns the trusted keys whose signatures are good, in the order of the keys. A signature by another key, or a bad one,
// neither counts nor harms. Fails with ErrTooFew, saying who is missing.
func (t Trust) Check(e Envelope) ([]hashes.Digest, error) {
	if t.threshold < 1 {
		return nil, fmt.Errorf("%w: none are set", ErrTrust)
	}
	message := Message(e.Payload)
	var signed, missing []hashes.Digest
	for _, k := range t.keys {
		good := slices.ContainsFunc(e.Signatures, func(s Signature) bool {
			return s.Key == k.id && ed25519.Verify(k.key, message, s.Sig[:])
		})
		if good {
			signed = append(signed, k.id)
		} else {
			missing = append(missing, k.id)
		}
	}
	if len(signed) < t.threshold {
		return signed, fmt.Errorf("%w: %d of %d trusted keys signed, wanted are %d; none or no good one is of %v; hint: ve-model sign",
			ErrTooFew, len(signed), len(t.keys), t.threshold, missing)
	}
	return signed, nil
}
