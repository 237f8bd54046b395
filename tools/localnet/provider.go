package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/params"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/config"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// year is how long the gateway's certificate lasts.
const year = 365 * 24 * time.Hour

// startProvider registers the provider once and starts its daemon.
func (n *network) startProvider(ctx context.Context) error {
	home := filepath.Join(n.home, "provider")
	cert, key := filepath.Join(home, "gateway.crt"), filepath.Join(home, "gateway.key")
	if _, err := n.dir.Stat("provider/gateway.crt"); err != nil {
		if err := n.register(ctx); err != nil {
			return err
		}
	}
	images := filepath.Join(n.home, "images")
	if err := packImage(images, "workload", n.bin.workload); err != nil {
		return err
	}
	first := n.Layout.Nodes[0]
	c := config.Default()
	c.Chain.ID, c.Chain.RPC = n.Layout.ChainID, []string{rpc(first)}
	c.Chain.KeyringBackend, c.Chain.KeyringDir, c.Chain.Key, c.Chain.GasPrice = "test", n.Layout.Keyring, providerKey, strings.TrimSuffix(gasPrice, params.Denom)
	c.Chain.CompareEvery = 15 * time.Second
	c.Backend.Local.StateDir, c.Backend.Local.ImagesDir = filepath.Join(home, "local"), images
	c.Backend.Local.CgroupParent = "virtengine-" + filepath.Base(n.home)
	// Dear enough that a minute of a small workload costs visible amounts, and below the ceilings of the examples.
	c.Pricing.Table.BasePerBlock = "500"
	c.Pricing.Table.Metered.CPUCoreHour, c.Pricing.Table.Metered.MemoryGiBHour, c.Pricing.Table.Metered.StorageGiBHour = "10000000", "1000000", "100000"
	c.Lease.ObserveEvery = time.Second
	c.Meter.Interval, c.Meter.Window = time.Second, 10*time.Second
	c.Gateway.Listen, c.Gateway.CertFile, c.Gateway.KeyFile = n.Gateway, cert, key
	c.Admin.Listen = ""
	c.State.Home = home
	file, err := n.write("provider/config.yaml", []byte(config.Commented(c)))
	if err != nil {
		return err
	}
	if _, err := n.start("provider", n.bin.daemon, "--home", home, "--config", file); err != nil {
		return err
	}
	n.say("provider", "daemon with the local backend, gateway https://%s", n.Gateway)
	return nil
}

// register makes the provider known on chain: its profile, and the certificate its gateway shows.
func (n *network) register(ctx context.Context) (err error) {
	c, err := n.dial(ctx, providerKey)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	address := c.Address().String()
	pair, err := tlsconf.SelfSigned(address, []string{"localhost"}, time.Now().Add(-time.Minute), year, entropy.Reader())
	if err != nil {
		return err
	}
	der, err := pair.DER()
	if err != nil {
		return err
	}
	if _, err := c.Send(ctx,
		&provider.MsgCreateProvider{
			Owner: address, HostUri: "https://" + n.Gateway, PriceList: priceList(),
			Attributes: []provider.Attribute{{Key: "region", Value: "local"}},
		},
		&provider.MsgPublishCertificate{Owner: address, Der: der},
	); err != nil {
		return fmt.Errorf("register the provider: %w", err)
	}
	if _, err := n.write("provider/gateway.key", pair.KeyPEM); err != nil {
		return err
	}
	_, err = n.write("provider/gateway.crt", pair.CertPEM)
	return err
}

// priceList informs tenants; what a lease costs is its bid.
func priceList() provider.PriceList {
	return provider.PriceList{
		BasePerBlock: math.OneInt(),
		Metered: []resources.Rate{{
			Component: resources.ComponentCPU, Price: math.NewInt(20_000), Per: math.NewInt(3_600_000_000),
		}},
	}
}
