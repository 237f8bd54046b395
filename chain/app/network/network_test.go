package network_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/virtengine/virtengine/chain/app/genesis"
	"github.com/virtengine/virtengine/chain/app/network"
	"github.com/virtengine/virtengine/chain/params"
)

func TestOneValidator(t *testing.T) {
	n := network.Start(t, network.Options{Accounts: []genesis.Account{{Name: "tenant", Coins: genesis.VE(10)}, {Name: "provider", Coins: genesis.VE(1)}}})
	tenant, provider := n.Address(t, "tenant"), n.Address(t, "provider")

	t.Run("coins move without a sequence", func(t *testing.T) {
		for range 2 {
			res := n.Send(t, "tenant", banktypes.NewMsgSend(tenant, provider, genesis.VE(1)))
			require.Zero(t, res.Code, res.RawLog)
		}
	})
	t.Run("gRPC answers", func(t *testing.T) {
		conn, err := grpc.NewClient(n.Nodes[0].GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close()) }()
		got, err := banktypes.NewQueryClient(conn).Balance(t.Context(), &banktypes.QueryBalanceRequest{Address: provider.String(), Denom: params.Denom})
		require.NoError(t, err)
		require.Equal(t, "3000000uve", got.Balance.String())
	})
	t.Run("HTTP answers and explains itself", func(t *testing.T) {
		for _, path := range []string{"/cosmos/bank/v1beta1/supply", "/swagger/", "/swagger/swagger.json", "/swagger/swagger-ui.css"} {
			require.Equal(t, http.StatusOK, get(t, n.Nodes[0].API+path), path)
		}
	})
	t.Run("a module's account takes nothing", func(t *testing.T) {
		collector := n.Nodes[0].App.ModuleAddress("fee_collector")
		res := n.Send(t, "tenant", banktypes.NewMsgSend(tenant, collector, genesis.VE(1)))
		require.NotZero(t, res.Code, "coins sent there would belong to nobody")
	})
	t.Run("a node that went away comes back with its state", func(t *testing.T) {
		node := n.Nodes[0]
		require.NoError(t, node.Stop())
		height := node.Height()
		require.NoError(t, node.Start())
		node.WaitHeight(t, height+1)
		res := n.Send(t, "tenant", banktypes.NewMsgSend(tenant, provider, genesis.VE(1)))
		require.Zero(t, res.Code, res.RawLog)
	})
}

func TestFourValidatorsAgree(t *testing.T) {
	n := network.Start(t, network.Options{Validators: 4, Accounts: []genesis.Account{{Name: "tenant", Coins: genesis.VE(10)}}})
	res := n.Send(t, "tenant", banktypes.NewMsgSend(n.Address(t, "tenant"), n.Nodes[3].Operator.Address, genesis.VE(1)))
	require.Zero(t, res.Code, res.RawLog)
	var hashes []string
	for _, node := range n.Nodes {
		node.WaitHeight(t, res.Height+1)
		height := res.Height + 1
		block, err := node.Client.Client.Block(context.Background(), &height)
		require.NoError(t, err)
		hashes = append(hashes, block.Block.AppHash.String())
	}
	require.Len(t, hashes, 4)
	for _, h := range hashes {
		require.Equal(t, hashes[0], h, "equal state on every validator")
	}
}

func get(t *testing.T, url string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, res.Body.Close()) }()
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	return res.StatusCode
}
