package network

import (
	"context"
	"net"
	"strings"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server/api"
	servergrpc "github.com/cosmos/cosmos-sdk/server/grpc"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/chain/app/defaults"
	"github.com/virtengine/virtengine/chain/app/genesis"
)

// servers answer gRPC and HTTP for a node.
type servers struct {
	grpc   *grpc.Server
	cancel context.CancelFunc
	group  *errgroup.Group
}

func (s *servers) start(a *app.App, ctx client.Context, n genesis.Node) error {
	c := *defaults.App()
	c.API.Enable, c.API.Swagger, c.API.Address = true, true, "tcp://"+strings.TrimPrefix(n.API, "http://")
	c.GRPC.Address = n.GRPC

	srv, ctx, err := servergrpc.NewGRPCServerAndContext(ctx, a, c.GRPC, log.NewNopLogger())
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", n.GRPC)
	if err != nil {
		return err
	}
	web := api.New(ctx, log.NewNopLogger(), srv)
	a.RegisterAPIRoutes(web, c.API)

	run, cancel := context.WithCancel(context.Background())
	s.grpc, s.cancel, s.group = srv, cancel, &errgroup.Group{}
	s.group.Go(func() error { return srv.Serve(listener) })
	s.group.Go(func() error { return web.Start(run, c) })
	return nil
}

func (s *servers) stop() error {
	if s.group == nil {
		return nil
	}
	s.cancel()
	s.grpc.Stop()
	err := s.group.Wait()
	s.group = nil
	return err
}
