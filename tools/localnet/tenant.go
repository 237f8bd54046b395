package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"

	"github.com/virtengine/virtengine/chain/client"
	"github.com/virtengine/virtengine/chain/client/broadcast"
	"github.com/virtengine/virtengine/chain/client/gateway"
	"github.com/virtengine/virtengine/chain/client/sdl"
	market "github.com/virtengine/virtengine/chain/x/market/types"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/security/authn"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// job is the main job, from order to the final sum.
func (n *network) job(ctx context.Context, o options) error {
	if err := n.startChain(ctx); err != nil {
		return err
	}
	if err := n.startProvider(ctx); err != nil {
		return err
	}
	c, err := n.dial(ctx, tenantKey)
	if err != nil {
		return err
	}
	t := &tenant{network: n, chain: c, address: c.Address().String()}
	err = t.work(ctx, o)
	return errors.Join(err, c.Close())
}

// tenant is the buyer's side.
type tenant struct {
	*network
	chain   *client.Client
	address string
}

func (t *tenant) work(ctx context.Context, o options) error {
	deployment, err := t.order(ctx, o)
	if err != nil {
		return err
	}
	for i, id := range t.Orders {
		if err := t.deploy(ctx, id, deployment.Manifest.Groups[i]); err != nil {
			return err
		}
	}
	if o.once {
		for _, id := range t.Orders {
			if err := t.finish(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}
	t.say("up", "interrupt (Ctrl-C) to stop; the same network goes on with --home %s", t.home)
	return t.watch(ctx)
}

// order reads the file and places its orders, unless that was done in an earlier run.
func (t *tenant) order(ctx context.Context, o options) (sdl.Deployment, error) {
	name := o.sdl
	if len(t.Orders) > 0 {
		name = filepath.Join(t.home, orderFile)
	}
	text, err := paths.ReadFile(name, sdl.MaxBytes)
	if err != nil {
		return sdl.Deployment{}, err
	}
	deployment, err := sdl.Parse(bytes.NewReader(text))
	if err != nil {
		return sdl.Deployment{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(t.Orders) > 0 {
		return deployment, nil
	}
	if err := t.until(ctx, "the provider's capacity", time.Minute, func(ctx context.Context) (bool, error) {
		res, err := t.chain.Resources().Capacities(ctx, &resources.QueryCapacitiesRequest{})
		if err != nil || len(res.Capacities) == 0 {
			return false, err
		}
		total := res.Capacities[0].Total
		t.say("capacity", "%s has %d cores, %d MiB memory, %d GiB storage", res.Capacities[0].Provider, total.CpuMilli/1000, total.MemoryBytes>>20, total.StorageBytes>>30)
		return true, nil
	}); err != nil {
		return sdl.Deployment{}, err
	}
	if _, err := t.write(orderFile, text); err != nil {
		return sdl.Deployment{}, err
	}
	receipt, err := t.send(ctx, &market.MsgCreateOrders{Owner: t.address, Specs: deployment.Orders, Deposit: math.NewInt(o.deposit)})
	if err != nil {
		return sdl.Deployment{}, fmt.Errorf("order: %w", err)
	}
	var placed market.MsgCreateOrdersResponse
	if err := receipt.Response(0, &placed); err != nil {
		return sdl.Deployment{}, err
	}
	t.Orders = placed.Ids
	t.say("order", "%s became orders %v, %d uve escrowed with each (block %d)", filepath.Base(name), placed.Ids, o.deposit, receipt.Height)
	return deployment, t.save()
}

// orderFile keeps what was ordered, for the next run.
const orderFile = "order.yaml"

// sendWithin bounds a transaction: on a chain that stands still it would wait for ever.
const sendWithin = time.Minute

func (t *tenant) send(ctx context.Context, msgs ...sdk.Msg) (broadcast.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	return t.chain.Send(ctx, msgs...)
}

// lease waits for the award, telling of bids as they come.
func (t *tenant) lease(ctx context.Context, id uint64) (market.Lease, error) {
	var lease market.Lease
	told := map[string]bool{}
	err := t.until(ctx, "a bid and the award", 2*time.Minute, func(ctx context.Context) (bool, error) {
		bids, err := t.chain.Market().Bids(ctx, &market.QueryBidsRequest{OrderId: id})
		if err != nil {
			return false, err
		}
		for _, b := range bids.Bids {
			if !told[b.Provider] {
				told[b.Provider] = true
				t.say("bid", "order %d: %s asks %s uve per block and at most %s at full use", id, b.Provider, b.Price.PerBlock, b.FullPrice)
			}
		}
		order, err := t.chain.Market().Order(ctx, &market.QueryOrderRequest{Id: id})
		if err != nil {
			return false, err
		}
		if order.Order.State == market.OrderClosed && order.Order.Reason == market.ReasonNoBids {
			return false, fatal{fmt.Errorf("order %d: nobody bid", id)}
		}
		res, err := t.chain.Market().Lease(ctx, &market.QueryLeaseRequest{Id: id})
		if err != nil {
			return false, nil // not awarded yet
		}
		lease = res.Lease
		return true, nil
	})
	return lease, err
}

// deploy brings one order to a page that answers.
func (t *tenant) deploy(ctx context.Context, id uint64, group group) error {
	lease, err := t.lease(ctx, id)
	if err != nil {
		return err
	}
	if lease.State != market.LeaseActive {
		t.say("lease", "lease %d has ended: %s", id, lease.Reason)
		return nil
	}
	t.say("lease", "lease %d with %s for %s uve per block (block %d)", id, lease.Provider, lease.Price.PerBlock, lease.CreatedHeight)
	g, err := t.gateway(ctx, lease.Provider)
	if err != nil {
		return err
	}
	defer g.Close()
	if err := t.until(ctx, "the gateway to take the manifest", time.Minute, func(ctx context.Context) (bool, error) {
		err := g.PutManifest(ctx, id, group)
		return err == nil, err
	}); err != nil {
		return err
	}
	t.say("manifest", "sent to https://%s; its hash is the one on chain", t.Gateway)
	var s gateway.Status
	if err := t.until(ctx, "the workload to run", 2*time.Minute, func(ctx context.Context) (bool, error) {
		now, err := g.Status(ctx, id)
		if err != nil {
			return false, err
		}
		s = now
		return s.Workload == "running" || s.Workload == "completed", nil
	}); err != nil {
		return errors.Join(err, fmt.Errorf("it is %s: %s", s.Workload, s.Message))
	}
	t.say("running", "lease %d is %s", id, s.Workload)
	return t.fetch(ctx, s)
}

// fetch reads the page of every published TCP port.
func (t *tenant) fetch(ctx context.Context, s gateway.Status) error {
	for _, service := range s.Services {
		for _, e := range service.Endpoints {
			if e.Protocol != "tcp" {
				continue
			}
			url := "http://" + e.Address
			var page string
			if err := t.until(ctx, url, time.Minute, func(ctx context.Context) (ok bool, err error) {
				page, err = get(ctx, url)
				return err == nil, err
			}); err != nil {
				return err
			}
			t.say("URL", "%s", url)
			for line := range strings.Lines(page) {
				if line = strings.TrimSpace(line); line != "" {
					t.say("page", "%s", line)
				}
			}
		}
	}
	return nil
}

func get(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	client, err := httpx.NewClient(httpx.ClientConfig{Limits: httpx.Limits{Timeout: 10 * time.Second}})
	if err != nil {
		return "", err
	}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	body, err := httpx.ReadAll(res, 64<<10)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", url, res.Status)
	}
	return string(body), nil
}

// gateway connects to a provider's gateway, trusting exactly the certificates it published on chain.
func (t *tenant) gateway(ctx context.Context, address string) (*gateway.Client, error) {
	profile, err := t.chain.Provider().Provider(ctx, &provider.QueryProviderRequest{Owner: address})
	if err != nil {
		return nil, err
	}
	known, err := t.chain.Provider().Certificates(ctx, &provider.QueryCertificatesRequest{Owner: address})
	if err != nil {
		return nil, err
	}
	var pins [][]byte
	for _, c := range known.Certificates {
		if !c.Revoked {
			pins = append(pins, c.Der)
		}
	}
	conf, err := tlsconf.Pinned(time.Now, pins...)
	if err != nil {
		return nil, fmt.Errorf("%s has no certificate on chain: %w", address, err)
	}
	return gateway.New(gateway.Config{URL: profile.Provider.HostUri, TLS: conf, Token: func() (string, error) {
		grants := []authn.Grant{{Scopes: authn.AllScopes()}}
		return authn.Issue(t.sign, t.address, address, grants, time.Now(), 5*time.Minute, entropy.Reader())
	}})
}

// sign signs with the tenant's key, as a wallet would.
func (t *tenant) sign(message []byte) ([]byte, error) {
	ring, err := keyring.New(sdk.KeyringServiceName(), keyring.BackendTest, t.Layout.Keyring, nil, t.chain.Codec().Proto)
	if err != nil {
		return nil, err
	}
	signature, _, err := ring.Sign(tenantKey, message, signing.SignMode_SIGN_MODE_DIRECT)
	return signature, err
}
