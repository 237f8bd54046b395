package types

import (
	"bytes"
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// Bounds of a measurement.
const (
	MaxRegisters = 32
	maxText      = 256
)

// Identify checks a measurement's own fields and gives its digest. Fails with ErrMeasurement.
func (m Measurement) Identify() ([]byte, error) {
	if !Known(evidence.Platform(m.Platform)) {
		return nil, errorsmod.Wrapf(ErrMeasurement, "platform %q", m.Platform)
	}
	if len(m.Registers) == 0 || len(m.Registers) > MaxRegisters {
		return nil, errorsmod.Wrapf(ErrMeasurement, "%d registers, 1 to %d are allowed", len(m.Registers), MaxRegisters)
	}
	if len(m.Name) == 0 || len(m.Name) > maxText || len(m.Source) > maxText || len(m.Build) > maxText {
		return nil, errorsmod.Wrapf(ErrMeasurement, "name is needed; name, source and build have %d bytes at most", maxText)
	}
	t, err := hashes.NewTranscript("virtengine/enclave/measurement/v1")
	if err != nil {
		return nil, err
	}
	t.Add("platform", []byte(m.Platform))
	last := ""
	for _, r := range m.Registers {
		if r.Name <= last || len(r.Name) > maxText {
			return nil, errorsmod.Wrapf(ErrMeasurement, "registers are sorted by name, each once: %q", r.Name)
		}
		if !slices.Contains([]int{32, 48, 64}, len(r.Value)) || allZero(r.Value) {
			return nil, errorsmod.Wrapf(ErrMeasurement, "register %s has %d bytes, or none that is set", r.Name, len(r.Value))
		}
		t.Add(r.Name, r.Value)
		last = r.Name
	}
	return t.Sum().Bytes(), nil
}

func allZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// Allowed is the measurement as a policy of enclave/attest has it.
func (m Measurement) Allowed() attest.Allowed {
	a := attest.Allowed{Name: m.Name}
	for _, r := range m.Registers {
		a.Measurements = append(a.Measurements, attest.Measurement{Name: r.Name, Value: r.Value})
	}
	return a
}

// Serves says whether enclaves of this release may serve at a height.
func (m Measurement) Serves(height int64) bool {
	if m.State == MeasurementRevoked || height < m.ActivationHeight {
		return false
	}
	return m.ExpiryHeight == 0 || height < m.ExpiryHeight
}

// EnclaveID is the id of an enclave by its first keys.
func EnclaveID(k Keys) ([]byte, error) {
	t, err := hashes.NewTranscript("virtengine/enclave/id/v1")
	if err != nil {
		return nil, err
	}
	t.Add("sign_pub", k.SignPub)
	t.AddUint64("kem_id", uint64(k.KemId))
	t.Add("kem_pub", k.KemPub)
	return t.Sum().Bytes(), nil
}

// HeartbeatBytes is what an enclave signs to show that it lives.
func HeartbeatBytes(chainID string, m *MsgHeartbeat) ([]byte, error) {
	height, err := safemath.To[uint64](m.VerifiedHeight)
	if err != nil {
		return nil, errorsmod.Wrapf(ErrHeight, "verified height %d", m.VerifiedHeight)
	}
	t, err := hashes.NewTranscript("virtengine/enclave/heartbeat/v1")
	if err != nil {
		return nil, err
	}
	t.Add("chain", []byte(chainID))
	t.Add("id", m.Id)
	t.AddUint64("counter", m.Counter)
	t.AddUint64("verified_height", height)
	t.Add("state", m.StateCommitment)
	return t.Sum().Bytes(), nil
}

// ReleaseBytes is what an enclave signs to tell that it released keys.
func ReleaseBytes(chainID string, m *MsgRecordRelease) ([]byte, error) {
	t, err := hashes.NewTranscript("virtengine/enclave/release/v1")
	if err != nil {
		return nil, err
	}
	t.Add("chain", []byte(chainID))
	t.Add("releaser", m.Releaser)
	t.Add("recipient", m.Recipient)
	t.AddUint64("epoch", m.Epoch)
	return t.Sum().Bytes(), nil
}
