package signature

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/secret"
)

// two is an envelope that two keys signed.
func two(t testing.TB) Envelope {
	t.Helper()
	e := Envelope{Payload: []byte("manifest")}
	for n := range byte(2) {
		der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize)))
		require.NoError(t, err)
		s, err := NewSigner(secret.Move(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
		require.NoError(t, err)
		e, err = e.Sign(context.Background(), s)
		require.NoError(t, err)
	}
	return e
}

func FuzzReadEnvelope(f *testing.F) {
	raw, err := two(f).Write()
	require.NoError(f, err)
	f.Add(raw)
	f.Add([]byte(`{"payload":"","payloadType":"","signatures":[]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := ReadEnvelope(raw)
		if err != nil {
			return
		}
		again, err := e.Write()
		require.NoError(t, err)
		require.Equal(t, string(raw), string(again))
	})
}

func FuzzReadBundle(f *testing.F) {
	raw, err := WriteBundle(Envelope{two(f).Payload, two(f).Signatures[:1]})
	require.NoError(f, err)
	f.Add(raw)
	f.Add(bytes.Replace(raw, []byte(`"publicKey"`), []byte(`"tlogEntries":[],"publicKey"`), 1))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := ReadBundle(raw)
		if err != nil {
			return
		}
		again, err := WriteBundle(e)
		require.NoError(t, err)
		same, err := ReadBundle(again)
		require.NoError(t, err)
		require.Equal(t, e, same)
	})
}
