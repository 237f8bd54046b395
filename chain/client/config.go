package client

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// Config says which chain, through which nodes, and as whom. Nodes and ChainID are required.
type Config struct {
	Nodes   []string // CometBFT's RPC, such as http://127.0.0.1:26657; the first that works is preferred
	ChainID string
	// GRPC is a node's gRPC address for queries: host:port, or grpcs://host:port with TLS. Empty: queries go to Nodes, with
	// their fail-over.
	GRPC string

	// From is the name of the key that signs. Empty: nothing can be sent.
	From           string
	Keyring        keyring.Keyring // nil: the one in KeyringDir
	KeyringDir     string
	KeyringBackend string    // test, file, os or another of the SDK's
	KeyringInput   io.Reader // where the backend reads passphrases

	GasPrice  string        // such as 0.001uve; empty: what nodes ask for by default
	GasFactor uint64        // what simulated gas is multiplied by, in thousandths; 0: 1300
	MaxFee    math.Int      // uve for one transaction; nil: no cap
	Lifetime  time.Duration // of a transaction; 0: two minutes
	Poll      time.Duration // how often nodes are asked for their height at least; 0: a second
	Timeout   time.Duration // of one request; 0: five seconds
}

func (c Config) gasPrice() (sdk.DecCoin, error) {
	text := c.GasPrice
	if text == "" {
		text = params.MinGasPrices
	}
	price, err := sdk.ParseDecCoin(text)
	if err != nil {
		return sdk.DecCoin{}, fmt.Errorf("gas price %q: %w", text, err)
	}
	if price.Denom != params.Denom {
		return sdk.DecCoin{}, fmt.Errorf("gas price %q: fees are paid in %s", text, params.Denom)
	}
	return price, nil
}

func (c Config) keyring(cdc codec.Codec) (keyring.Keyring, error) {
	if c.Keyring != nil {
		return c.Keyring, nil
	}
	if c.KeyringDir == "" || c.KeyringBackend == "" {
		return nil, errors.New("the keyring's directory and backend are required")
	}
	input := c.KeyringInput
	if input == nil {
		input = strings.NewReader("") // a backend that asks gets an end of file, not our caller's terminal
	}
	return keyring.New(sdk.KeyringServiceName(), c.KeyringBackend, c.KeyringDir, input, cdc)
}

// dialGRPC does not wait for the node.
func dialGRPC(address string, registry codectypes.InterfaceRegistry) (*grpc.ClientConn, error) {
	//ve:allow transport nodes on the same machine have no certificate; for others there is grpcs://
	creds := insecure.NewCredentials()
	if host, secure := strings.CutPrefix(address, "grpcs://"); secure {
		address, creds = host, credentials.NewTLS(tlsconf.Client())
	}
	return grpc.NewClient(strings.TrimPrefix(address, "grpc://"),
		grpc.WithTransportCredentials(creds),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(codec.NewProtoCodec(registry).GRPCCodec())))
}
