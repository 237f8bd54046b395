package genesis

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/chain/app/defaults"
	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/security/paths"
)

// Write makes a chain in dir, which must not hold one already. Fails with ErrSpec.
func Write(dir string, spec Spec) (Layout, error) {
	if err := spec.validate(); err != nil {
		return Layout{}, err
	}
	if spec.Host == "" {
		spec.Host = "127.0.0.1"
	}
	if spec.BlockPause == 0 {
		spec.BlockPause = defaults.BlockPause
	}
	if spec.Time.IsZero() {
		spec.Time = time.Now()
	}
	into, err := paths.MakeDir(dir)
	if err != nil {
		return Layout{}, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	_, err = into.Stat(moniker(0))
	if err := into.Close(); err != nil {
		return Layout{}, err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return Layout{}, fmt.Errorf("%w: %s holds a chain already", ErrSpec, dir)
	}
	encoding, err := app.NewEncoding()
	if err != nil {
		return Layout{}, err
	}
	w := &writer{spec: spec, encoding: encoding, layout: Layout{
		ChainID: spec.ChainID,
		Keyring: filepath.Join(dir, moniker(0)),
		Keys:    map[string]Key{},

		BlockPause: spec.BlockPause,
	}}
	w.ring, err = keyring.New(sdk.KeyringServiceName(), keyring.BackendTest, w.layout.Keyring, nil, encoding.Codec)
	if err != nil {
		return Layout{}, fmt.Errorf("keyring: %w", err)
	}
	return w.write(dir)
}

type writer struct {
	spec     Spec
	encoding app.Encoding
	ring     keyring.Keyring
	layout   Layout
	pubKeys  []cryptotypes.PubKey // consensus keys, by validator
}

func (w *writer) write(dir string) (Layout, error) {
	for i := range w.spec.Validators {
		if err := w.addNode(filepath.Join(dir, moniker(i)), i); err != nil {
			return Layout{}, err
		}
	}
	for _, a := range w.spec.Accounts {
		if _, err := w.addKey(a.Name, a.Mnemonic); err != nil {
			return Layout{}, err
		}
	}
	state, err := w.state()
	if err != nil {
		return Layout{}, err
	}
	for i, n := range w.layout.Nodes {
		if err := w.writeFiles(n, w.layout.Config(i), state); err != nil {
			return Layout{}, err
		}
	}
	return w.layout, nil
}

// addNode makes the keys and settings of one validator.
func (w *writer) addNode(home string, i int) error {
	ports := w.spec.Ports[i]
	at := func(port int) string { return fmt.Sprintf("%s:%d", w.spec.Host, port) }
	n := Node{Moniker: moniker(i), Home: home, P2P: at(ports.P2P), RPC: "tcp://" + at(ports.RPC), GRPC: at(ports.GRPC), API: "http://" + at(ports.API)}

	for _, part := range []string{"config", "data"} {
		d, err := paths.MakeDir(filepath.Join(home, part))
		if err != nil {
			return err
		}
		if err := d.Close(); err != nil {
			return err
		}
	}

	w.layout.Nodes = append(w.layout.Nodes, n)
	id, pub, err := genutil.InitializeNodeValidatorFiles(w.layout.Config(i))
	if err != nil {
		return fmt.Errorf("keys of %s: %w", n.Moniker, err)
	}
	w.pubKeys = append(w.pubKeys, pub)
	w.layout.Nodes[i].ID = id
	w.layout.Nodes[i].Operator, err = w.addKey(n.Moniker, "")
	return err
}

func (w *writer) addKey(name, mnemonic string) (Key, error) {
	path := hd.CreateHDPath(params.CoinType, 0, 0).String()
	key := Key{Name: name, Mnemonic: mnemonic}
	var (
		record *keyring.Record
		err    error
	)
	if mnemonic == "" {
		record, key.Mnemonic, err = w.ring.NewMnemonic(name, keyring.English, path, keyring.DefaultBIP39Passphrase, hd.Secp256k1)
	} else {
		record, err = w.ring.NewAccount(name, mnemonic, keyring.DefaultBIP39Passphrase, path, hd.Secp256k1)
	}
	if err != nil {
		return Key{}, fmt.Errorf("key %s: %w", name, err)
	}
	if key.Address, err = record.GetAddress(); err != nil {
		return Key{}, fmt.Errorf("key %s: %w", name, err)
	}
	w.layout.Keys[name] = key
	return key, nil
}

// writeFiles puts genesis and settings into one validator's folder.
func (w *writer) writeFiles(n Node, c *cmtcfg.Config, state map[string]json.RawMessage) error {
	config := func(file string) string { return filepath.Join(n.Home, "config", file) }
	cmtcfg.WriteConfigFile(config("config.toml"), c)

	a := defaults.App()
	a.API.Enable, a.API.Swagger, a.API.Address = true, true, "tcp://"+strings.TrimPrefix(n.API, "http://")
	a.GRPC.Address = n.GRPC
	serverconfig.SetConfigTemplate(serverconfig.DefaultConfigTemplate)
	serverconfig.WriteConfigFile(config("app.toml"), a)

	client := fmt.Sprintf("chain-id = %q\nkeyring-backend = %q\noutput = \"text\"\nnode = %q\nbroadcast-mode = \"sync\"\n", w.spec.ChainID, keyring.BackendTest, n.RPC)
	if err := paths.WriteFile(config("client.toml"), []byte(client), paths.Private); err != nil {
		return err
	}

	raw, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return err
	}
	doc := genutiltypes.NewAppGenesisWithVersion(w.spec.ChainID, raw)
	doc.AppName = params.AppName
	doc.GenesisTime = w.spec.Time.UTC()
	doc.Consensus.Params = cmttypes.DefaultConsensusParams()
	if err := genutil.ExportGenesisFile(doc, c.GenesisFile()); err != nil {
		return fmt.Errorf("genesis of %s: %w", n.Moniker, err)
	}
	return nil
}
