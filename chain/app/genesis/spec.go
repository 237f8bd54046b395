// Package genesis writes the files of a new chain: one folder for each validator, with keys, settings and the common
// genesis. Tests run the folders in their own process, localnet starts a binary on each.
package genesis

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"cosmossdk.io/math"
	cmtcfg "github.com/cometbft/cometbft/config"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/app/defaults"
	"github.com/virtengine/virtengine/chain/params"
)

// Stake is what each validator bonds, in uve. Equal stake means equal power.
var Stake = math.NewInt(100_000_000_000)

// ErrSpec says that a chain cannot be made as asked.
var ErrSpec = errors.New("chain cannot be made")

// Account is a key with coins from the start.
type Account struct {
	Name     string // in the keyring; not node0, node1, …: those are the validators' operators
	Coins    sdk.Coins
	Mnemonic string // empty: a new key
}

// Ports are where one validator listens on Host.
type Ports struct{ P2P, RPC, GRPC, API int }

// Spec is what a chain is made from.
type Spec struct {
	ChainID    string
	Validators int           // one or more
	BlockPause time.Duration // between a block and the next proposal; zero: the default
	Time       time.Time     // of genesis; zero: now
	Accounts   []Account
	Host       string  // zero: 127.0.0.1
	Ports      []Ports // one for each validator

	// Edit changes the state of modules before it is written, by module name. The balances of Accounts are in it already.
	Edit func(codec.JSONCodec, map[string]json.RawMessage) error
}

// Key is a name in the keyring and where its coins are.
type Key struct {
	Name     string
	Address  sdk.AccAddress
	Mnemonic string // opens a test chain; never a way to keep a key of value
}

// Node is one validator's folder.
type Node struct {
	Moniker  string // node0, node1, …; also the name of its operator's key
	Home     string
	ID       string // of its p2p key
	Operator Key
	P2P      string // host:port
	RPC      string // tcp://host:port
	GRPC     string // host:port
	API      string // http://host:port
}

// Layout is what Write wrote.
type Layout struct {
	ChainID string
	Nodes   []Node
	Keyring string // folder of the keyring (backend "test") with every account and operator: the first node's home
	Keys    map[string]Key

	BlockPause time.Duration
}

// Config returns the consensus settings of one node, as its config.toml has them.
func (l Layout) Config(i int) *cmtcfg.Config {
	n := l.Nodes[i]
	var peers []string
	for _, other := range l.Nodes {
		if other.ID != n.ID {
			peers = append(peers, other.ID+"@"+other.P2P)
		}
	}
	c := defaults.Consensus()
	c.SetRoot(n.Home)
	c.Moniker = n.Moniker
	c.P2P.ListenAddress = "tcp://" + n.P2P
	c.P2P.PersistentPeers = strings.Join(peers, ",")
	c.P2P.AllowDuplicateIP = true // all on one host
	c.P2P.AddrBookStrict = false
	c.P2P.PexReactor = false
	c.RPC.ListenAddress = n.RPC
	c.RPC.PprofListenAddress = ""
	c.Consensus.TimeoutCommit = l.BlockPause
	return c
}

func (s Spec) validate() error {
	switch {
	case s.ChainID == "":
		return fmt.Errorf("%w: no chain id", ErrSpec)
	case s.Validators < 1:
		return fmt.Errorf("%w: %d validators", ErrSpec, s.Validators)
	case len(s.Ports) != s.Validators:
		return fmt.Errorf("%w: %d sets of ports for %d validators", ErrSpec, len(s.Ports), s.Validators)
	}
	seen := map[string]bool{}
	for i := range s.Validators {
		seen[moniker(i)] = true
	}
	for _, a := range s.Accounts {
		if a.Name == "" || seen[a.Name] {
			return fmt.Errorf("%w: account name %q is empty or taken", ErrSpec, a.Name)
		}
		seen[a.Name] = true
		if err := a.Coins.Validate(); err != nil {
			return fmt.Errorf("%w: coins of %s: %w", ErrSpec, a.Name, err)
		}
	}
	return nil
}

func moniker(i int) string { return fmt.Sprintf("node%d", i) }

// VE returns whole coins.
func VE(amount int64) sdk.Coins {
	return sdk.NewCoins(sdk.NewInt64Coin(params.Denom, amount*1_000_000))
}
