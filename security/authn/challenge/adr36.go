package challenge

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cosmos/cosmos-sdk/types/bech32"
)

// The sign document of ADR-36 in amino JSON: the fields of a transaction in alphabetical order, without spaces, with the
// values that no chain accepts. Numbers are strings there.
type signDoc struct {
	AccountNumber string        `json:"account_number"`
	ChainID       string        `json:"chain_id"`
	Fee           signFee       `json:"fee"`
	Memo          string        `json:"memo"`
	Msgs          []signMessage `json:"msgs"`
	Sequence      string        `json:"sequence"`
}

type signFee struct {
	Amount []string `json:"amount"`
	Gas    string   `json:"gas"`
}

type signMessage struct {
	Type  string   `json:"type"`
	Value signData `json:"value"`
}

type signData struct {
	Data   []byte `json:"data"` // standard base64 with padding
	Signer string `json:"signer"`
}

// SignBytes returns what a wallet signs when an account signs data: the StdSignDoc of ADR-36 with chain_id "",
// account_number, sequence and gas 0, no fee and no memo. signer is a bech32 address in lower case. Fails with ErrAddress.
// Source: https://github.com/cosmos/cosmos-sdk/blob/main/docs/architecture/adr-036-arbitrary-signature.md
func SignBytes(signer string, data []byte) ([]byte, error) {
	if _, err := addressBytes(signer); err != nil {
		return nil, err
	}
	if data == nil {
		data = []byte{} // nil would be null
	}
	return json.Marshal(signDoc{
		AccountNumber: "0",
		Fee:           signFee{Amount: []string{}, Gas: "0"},
		Msgs:          []signMessage{{Type: "sign/MsgSignData", Value: signData{Data: data, Signer: signer}}},
		Sequence:      "0",
	})
}

// maxAddress is the longest address, BIP 173.
const maxAddress = 90

// addressBytes decodes an address that is written in its one form.
func addressBytes(address string) ([]byte, error) {
	if len(address) > maxAddress || strings.ToLower(address) != address {
		return nil, fmt.Errorf("%w: %.100q is too long or not in lower case", ErrAddress, address)
	}
	_, raw, err := bech32.DecodeAndConvert(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %w", ErrAddress, address, err)
	}
	if len(raw) != 20 {
		return nil, fmt.Errorf("%w: %q has %d bytes, an account with a single key has 20", ErrAddress, address, len(raw))
	}
	return raw, nil
}
