package genesis_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"

	"github.com/virtengine/virtengine/chain/app/genesis"
)

//ve:allow secrets a published test vector, for a chain that lives in a test
const mnemonic = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"

func spec(change func(*genesis.Spec)) genesis.Spec {
	s := genesis.Spec{
		ChainID: "ve-test", Validators: 2, BlockPause: time.Second,
		Accounts: []genesis.Account{{Name: "tenant", Coins: genesis.VE(5), Mnemonic: mnemonic}},
		Ports:    []genesis.Ports{{P2P: 1, RPC: 2, GRPC: 3, API: 4}, {P2P: 5, RPC: 6, GRPC: 7, API: 8}},
	}
	if change != nil {
		change(&s)
	}
	return s
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	layout, err := genesis.Write(dir, spec(nil))
	require.NoError(t, err)
	require.Equal(t, "ve19rl4cm2hmr8afy4kldpxz3fka4jguq0aqakfsa", layout.Keys["tenant"].Address.String(), "a mnemonic always opens the same account")
	require.Equal(t, "tcp://127.0.0.1:6", layout.Nodes[1].RPC)
	require.Equal(t, layout.Nodes[1].ID+"@127.0.0.1:5", layout.Config(0).P2P.PersistentPeers, "each knows the other, not itself")

	var first []byte
	for _, n := range layout.Nodes {
		raw, err := os.ReadFile(filepath.Join(n.Home, "config", "genesis.json"))
		require.NoError(t, err)
		if first == nil {
			first = raw
		}
		require.Equal(t, string(first), string(raw), "one genesis for all")
		for _, file := range []string{"config/config.toml", "config/app.toml", "config/client.toml", "config/node_key.json", "config/priv_validator_key.json", "data/priv_validator_state.json"} {
			require.FileExists(t, filepath.Join(n.Home, file))
		}
	}
	_, err = genesis.Write(dir, spec(nil))
	require.ErrorIs(t, err, genesis.ErrSpec, "a chain is never overwritten")
}

func TestWriteRefuses(t *testing.T) {
	boom := errors.New("boom")
	for name, tc := range map[string]struct {
		reason string
		change func(*genesis.Spec)
		want   error
	}{
		"NoChainID":    {"signatures name the chain", func(s *genesis.Spec) { s.ChainID = "" }, genesis.ErrSpec},
		"NoValidators": {"nobody would make blocks", func(s *genesis.Spec) { s.Validators, s.Ports = 0, nil }, genesis.ErrSpec},
		"TooFewPorts":  {"two would listen on one port", func(s *genesis.Spec) { s.Ports = s.Ports[:1] }, genesis.ErrSpec},
		"TakenName":    {"node0 is an operator's", func(s *genesis.Spec) { s.Accounts[0].Name = "node0" }, genesis.ErrSpec},
		"SameNames":    {"one key for one name", func(s *genesis.Spec) { s.Accounts = append(s.Accounts, s.Accounts[0]) }, genesis.ErrSpec},
		"BadGenesis": {"modules check what Edit made", func(s *genesis.Spec) {
			s.Edit = func(_ codec.JSONCodec, state map[string]json.RawMessage) error {
				state["market"] = json.RawMessage(`{}`)
				return nil
			}
		}, genesis.ErrSpec},
		"EditFails": {"its error comes through", func(s *genesis.Spec) {
			s.Edit = func(codec.JSONCodec, map[string]json.RawMessage) error { return boom }
		}, boom},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := genesis.Write(t.TempDir(), spec(tc.change))
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}
