package challenge

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	"github.com/virtengine/virtengine/security/authn"
)

// MaxAnswer is the longest answer that ReadAnswer reads, in bytes.
const MaxAnswer = 4 << 10

// ErrAnswer says that an answer is not the JSON that wallets give.
var ErrAnswer = errors.New("answer is malformed")

// wireAnswer is a wallet's StdSignature with the text it belongs to.
type wireAnswer struct {
	Text   string `json:"text"`
	PubKey struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	} `json:"pub_key"`
	Signature string `json:"signature"`
}

// ReadAnswer reads {"text": ..., "pub_key": {"type": "tendermint/PubKeySecp256k1", "value": ...}, "signature": ...}: the
// text beside what a wallet's signArbitrary returns, where value and signature are standard base64. Fails with ErrAnswer,
// also for unknown or missing members, and with authn.ErrKeyType for a multisig or another kind of key.
func ReadAnswer(data []byte) (Answer, error) {
	if len(data) > MaxAnswer {
		return Answer{}, fmt.Errorf("%w: %d bytes, at most %d", ErrAnswer, len(data), MaxAnswer)
	}
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	var wire wireAnswer
	if err := d.Decode(&wire); err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Answer{}, fmt.Errorf("%w: something follows it", ErrAnswer)
	}
	if wire.PubKey.Type != secp256k1.PubKeyName {
		return Answer{}, fmt.Errorf("%w: %.100q; hint: use an account with a single %s", authn.ErrKeyType, wire.PubKey.Type, secp256k1.PubKeyName)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(wire.PubKey.Value)
	if err != nil {
		return Answer{}, fmt.Errorf("%w: key: %w", ErrAnswer, err)
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(wire.Signature)
	if err != nil {
		return Answer{}, fmt.Errorf("%w: signature: %w", ErrAnswer, err)
	}
	pub, err := authn.AccountKey(&secp256k1.PubKey{Key: key})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Text: wire.Text, Key: pub, Signature: signature}, nil
}
