package authn

import (
	"encoding/hex"
	"testing"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/stretchr/testify/require"
)

func unhex(t *testing.T, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// TestASignatureHasOneForm: r and r + n are the same number to the curve. The key was made for a signature whose r is so
// small that both fit 32 bytes: nobody knows its secret, and the signature's r is chosen.
func TestASignatureHasOneForm(t *testing.T) {
	key := &secp256k1.PubKey{Key: unhex(t, "0300df204e399e4197b4db35c4ee33ebc5bcb7c78f7ff72e20c72866343cd2bb80")}
	small := unhex(t, "00000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000003039")
	big := unhex(t, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd03641420000000000000000000000000000000000000000000000000000000000003039")
	require.NoError(t, VerifyAccount(key, []byte("message"), small))
	require.True(t, key.VerifySignature([]byte("message"), big), "the library takes both")
	require.ErrorIs(t, VerifyAccount(key, []byte("message"), big), ErrSignature)
	require.ErrorIs(t, VerifyAccount(key, []byte("message"), tokenHighS(small)), ErrSignature)
	require.ErrorIs(t, VerifyAccount(nil, []byte("message"), small), ErrKeyType)
}
