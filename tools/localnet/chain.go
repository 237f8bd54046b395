package main

import (
	"context"
	"errors"
	"net"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/virtengine/virtengine/chain/app/genesis"
	"github.com/virtengine/virtengine/chain/client"
	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/security/paths"
)

// The names of the keys.
const (
	tenantKey   = "tenant"
	providerKey = "provider"
)

const (
	chainID  = "virtengine-local-1"
	gasPrice = params.MinGasPrices
)

// make writes a new network into the folder.
func (n *network) make(o options) error {
	ports, err := freePorts(4*o.validators + 1)
	if err != nil {
		return err
	}
	spec := genesis.Spec{
		ChainID: chainID, Validators: o.validators, BlockPause: o.blockTime,
		Accounts: []genesis.Account{{Name: tenantKey, Coins: genesis.VE(1_000)}, {Name: providerKey, Coins: genesis.VE(1_000)}},
	}
	for i := range o.validators {
		p := ports[4*i:]
		spec.Ports = append(spec.Ports, genesis.Ports{P2P: p[0], RPC: p[1], GRPC: p[2], API: p[3]})
	}
	if n.Layout, err = genesis.Write(filepath.Join(n.home, "chain"), spec); err != nil {
		return err
	}
	n.Gateway = net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[4*o.validators]))
	n.say("chain", "%s: %d validators, a tenant and a provider with 1,000 VE each", chainID, o.validators)
	return n.save()
}

// startChain starts every validator and waits for blocks.
func (n *network) startChain(ctx context.Context) error {
	for _, node := range n.Layout.Nodes {
		if _, err := n.start(node.Moniker, n.bin.virtengine, "--home", node.Home); err != nil {
			return err
		}
	}
	first := n.Layout.Nodes[0]
	if err := n.until(ctx, "the first block", 2*time.Minute, func(ctx context.Context) (bool, error) {
		c, err := n.dial(ctx, tenantKey)
		if err != nil {
			return false, err
		}
		at, err := c.Status(ctx)
		return err == nil && at.Height > 0, errors.Join(err, c.Close())
	}); err != nil {
		return err
	}
	n.say("blocks", "RPC %s, REST %s", rpc(first), first.API)
	return nil
}

// dial connects as one of the keys.
func (n *network) dial(ctx context.Context, key string) (*client.Client, error) {
	first := n.Layout.Nodes[0]
	return client.Dial(ctx, client.Config{
		Nodes: []string{rpc(first)}, GRPC: first.GRPC, ChainID: n.Layout.ChainID,
		KeyringDir: n.Layout.Keyring, KeyringBackend: "test", From: key, GasPrice: gasPrice,
	})
}

// rpc is a node's RPC address as HTTP clients write it.
func rpc(node genesis.Node) string { return "http://" + strings.TrimPrefix(node.RPC, "tcp://") }

// write puts a file into the folder.
func (n *network) write(name string, content []byte) (string, error) {
	if err := n.dir.MakeDir(path.Dir(name)); err != nil {
		return "", err
	}
	if err := n.dir.WriteFile(name, content, paths.Private); err != nil {
		return "", err
	}
	return filepath.Join(n.home, name), nil
}
