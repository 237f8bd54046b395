// Package network runs a small chain inside a test: real nodes with real consensus over loopback, state in memory.
package network

import (
	"encoding/json"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/chain/app/genesis"
)

// Options says what chain a test needs. The zero value is one validator, ten blocks a second, no accounts.
type Options struct {
	Validators int               // zero: 1
	BlockPause time.Duration     // zero: 100 ms
	ChainID    string            // zero: ve-test
	Accounts   []genesis.Account // funded from the start
	// Genesis changes the state of modules before the start.
	Genesis func(codec.JSONCodec, map[string]json.RawMessage) error
}

// Network is a running chain. It ends with the test that started it.
type Network struct {
	genesis.Layout
	Nodes    []*Node
	Ring     keyring.Keyring // every account and operator
	Encoding app.Encoding
}

// Start runs a chain and returns when every node has its first block.
func Start(t testing.TB, o Options) *Network {
	t.Helper()
	if o.Validators == 0 {
		o.Validators = 1
	}
	if o.BlockPause == 0 {
		o.BlockPause = 100 * time.Millisecond
	}
	if o.ChainID == "" {
		o.ChainID = "ve-test"
	}
	encoding, err := app.NewEncoding()
	require.NoError(t, err)
	layout, err := genesis.Write(t.TempDir(), genesis.Spec{
		ChainID:    o.ChainID,
		Validators: o.Validators,
		BlockPause: o.BlockPause,
		Accounts:   o.Accounts,
		Ports:      FreePorts(t, o.Validators),
		Edit:       o.Genesis,
	})
	require.NoError(t, err)
	ring, err := keyring.New(sdk.KeyringServiceName(), keyring.BackendTest, layout.Keyring, nil, encoding.Codec)
	require.NoError(t, err)

	n := &Network{Layout: layout, Ring: ring, Encoding: encoding}
	for i := range layout.Nodes {
		node := newNode(layout, i, encoding)
		n.Nodes = append(n.Nodes, node)
		t.Cleanup(func() { require.NoError(t, node.Stop()) })
		require.NoError(t, node.Start())
	}
	for _, node := range n.Nodes {
		node.WaitHeight(t, 1)
	}
	return n
}

// FreePorts returns four ports for each validator that nobody listened on a moment ago.
func FreePorts(t testing.TB, validators int) []genesis.Ports {
	t.Helper()
	var held []net.Listener // all at once, so that no port is given twice
	port := func() int {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		held = append(held, l)
		return l.Addr().(*net.TCPAddr).Port
	}
	ports := make([]genesis.Ports, validators)
	for i := range ports {
		ports[i] = genesis.Ports{P2P: port(), RPC: port(), GRPC: port(), API: port()}
	}
	for _, l := range held {
		require.NoError(t, l.Close())
	}
	return ports
}

// Address returns where an account's coins are; the account must be of Options or a validator's operator.
func (n *Network) Address(t testing.TB, name string) sdk.AccAddress {
	t.Helper()
	require.Contains(t, n.Keys, name)
	return n.Keys[name].Address
}
