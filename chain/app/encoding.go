package app

import (
	"fmt"

	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/depinject"
	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// Encoding is what those need of the chain who speak to it without running it: command line, daemons, tools.
type Encoding struct {
	Codec    codec.Codec
	Amino    *codec.LegacyAmino
	Registry codectypes.InterfaceRegistry
	Tx       client.TxConfig
	Basics   module.BasicManager // default genesis, and its validation

	// CLI derives commands from the modules' services.
	CLI autocli.AppOptions
}

// NewEncoding wires the modules without a database.
func NewEncoding() (Encoding, error) {
	var e Encoding
	wiring := depinject.Configs(Config(), depinject.Supply(log.NewNopLogger()), depinject.Provide(ProvideClientContext))
	if err := depinject.Inject(wiring, &e.Codec, &e.Amino, &e.Registry, &e.Tx, &e.Basics, &e.CLI); err != nil {
		return Encoding{}, fmt.Errorf("wire the encoding: %w", err)
	}
	return e, nil
}

// ClientContext returns a context for queries and transactions; who uses it adds node, keyring and chain id.
func (e Encoding) ClientContext() client.Context {
	return ProvideClientContext(e.Codec, e.Registry, e.Tx, e.Amino)
}

// ProvideClientContext serves autocli; depinject calls exported functions only.
func ProvideClientContext(cdc codec.Codec, registry codectypes.InterfaceRegistry, tx client.TxConfig, amino *codec.LegacyAmino) client.Context {
	return client.Context{}.
		WithCodec(cdc).
		WithInterfaceRegistry(registry).
		WithTxConfig(tx).
		WithLegacyAmino(amino).
		WithAccountRetriever(authtypes.AccountRetriever{})
}
