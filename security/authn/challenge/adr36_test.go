package challenge

import (
	"encoding/base64"
	"testing"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/authn"
)

// handMade reads the ADR in the plainest way: text between text.
func handMade(signer, data string) string {
	return `{"account_number":"0","chain_id":"","fee":{"amount":[],"gas":"0"},"memo":"","msgs":[{"type":"sign/MsgSignData","value":` +
		`{"data":"` + base64.StdEncoding.EncodeToString([]byte(data)) + `","signer":"` + signer + `"}}],"sequence":"0"}`
}

func fromBase64(t *testing.T, s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	return b
}

// TestSignaturesOfOthersVerify: signatures that programs of others made over documents of others.
func TestSignaturesOfOthersVerify(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, signer, data, key, signature string
	}{
		"Wallet": {
			"a browser wallet's signArbitrary, from a public example of how to check one",
			"cosmos1m9l358xunhhwds0568za49mzhvuxx9uxre5tud", "cosmos1m9l358xunhhwds0568za49mzhvuxx9uxre5tud",
			"A/MdHVpitzHNSdD1Zw3kY+L5PEIPyd9l6sD5i4aIfXp9",
			"vb78/y129cOiWyQkeFF8wCKZsOyzjpILnpEVZ72o5YUhEOmQZzVPcbUqWPLR7aZQ20j6vnYhIuCQN0HEG3igFg==",
		},
		"ByHand": {
			"private key 1 signing the ADR's data; hash of its key as in BIP 173, signature by RFC 6979 worked out in big integers outside Go",
			"ve1w508d6qejxtdg4y5r3zarvary0c5xw7kxqvwqs", "random", "Anm+Zn753LusVaBilc6HCwcCm/zbLc4o2VnygVsW+BeY",
			"1UYV+PzF4wS//+gGwtObGTz62A+D7rgGseAVUkNb8/EAbhT7d1xXSF62fP71WcimDS6hJp3KxXRoULMwECLSBg==",
		},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := SignBytes(tc.signer, []byte(tc.data))
			require.NoError(t, err)
			require.Equal(t, handMade(tc.signer, tc.data), string(doc))
			key := &secp256k1.PubKey{Key: fromBase64(t, tc.key)}
			require.NoError(t, authn.VerifyAccount(key, doc, fromBase64(t, tc.signature)), tc.reason)
		})
	}
}

func TestTheDocumentIsTheADRs(t *testing.T) {
	// The ADR's own example says "random" for an address whose checksum is wrong; this is its key's.
	const signer = "cosmos1hftz5ugqmpg9243xeegsqqav62f8hnyw3gdu30"
	doc, err := SignBytes(signer, []byte("random"))
	require.NoError(t, err)
	require.Equal(t, `{"account_number":"0","chain_id":"","fee":{"amount":[],"gas":"0"},"memo":"","msgs":[{"type":"sign/MsgSignData",`+
		`"value":{"data":"cmFuZG9t","signer":"cosmos1hftz5ugqmpg9243xeegsqqav62f8hnyw3gdu30"}}],"sequence":"0"}`, string(doc))
	empty, err := SignBytes(signer, nil)
	require.NoError(t, err)
	require.Equal(t, handMade(signer, ""), string(empty), "no data is empty data")
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.Byte()).Draw(t, "data")
		doc, err := SignBytes(signer, data)
		if err != nil || string(doc) != handMade(signer, string(data)) {
			t.Fatalf("%s, %v", doc, err)
		}
	})
}

func TestAddressesHaveOneForm(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, signer string
		want           error
	}{
		"Good":     {"an account with a single key", "cosmos1hftz5ugqmpg9243xeegsqqav62f8hnyw3gdu30", nil},
		"Upper":    {"bech32 allows upper case, which would be a second text of one address", "COSMOS1HFTZ5UGQMPG9243XEEGSQQAV62F8HNYW3GDU30", ErrAddress},
		"Mixed":    {"bech32 forbids this one", "cosmos1hftz5ugqmpg9243xeegsqqav62f8hnyw3gdU30", ErrAddress},
		"Checksum": {"the ADR's own address", "cosmos1hftz5ugqmpg9243xeegsqqav62f8hnywsjr4xr", ErrAddress},
		"Empty":    {"nothing", "", ErrAddress},
		"Quote":    {"what would break out of the document", `cosmos1","memo":"x`, ErrAddress},
		"Long":     {"a module's or a multisig's with 32 bytes", "cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq0fr2sh", ErrAddress},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := SignBytes(tc.signer, nil)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}
