package service

import (
	"context"
	"math"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/wire"
)

// ErrorDomain is the domain of google.rpc.ErrorInfo in this service's errors.
const ErrorDomain = "inference.virtengine"

// framing is what a message may have more than its limit, so that the service, and not gRPC, says that it is too large.
const framing = 64 << 10

// NewGRPC is the service as a gRPC server that does not listen yet, with grpc.health.v1 beside it.
func NewGRPC(s *Service, c credentials.TransportCredentials) *grpc.Server {
	limit := int(min(s.limits.RequestBytes, math.MaxInt32-framing)) + framing
	server := grpc.NewServer(
		grpc.Creds(c), grpc.ForceServerCodecV2(wire.Codec()), experimental.BufferPool(wire.Wiping{}),
		grpc.MaxRecvMsgSize(limit), grpc.MaxConcurrentStreams(streams(s.limits)), grpc.MaxHeaderListSize(16<<10), grpc.ConnectionTimeout(10*time.Second),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: 5 * time.Minute, Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
		grpc.UnaryInterceptor(s.tell), grpc.WaitForHandlers(true),
	)
	api.RegisterInferenceServer(server, s)
	grpc_health_v1.RegisterHealthServer(server, s.health)
	return server
}

// streams is how many requests one connection may have open: all that run or wait, and a few that ask how we do.
func streams(l Limits) uint32 {
	return uint32(min(l.Parallel+l.Queue+8, math.MaxInt32)) //ve:allow overflow bounded by min, and limits are positive
}

// tell turns errors into statuses, and a panic into an error.
func (s *Service) tell(ctx context.Context, r any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (reply any, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("a request panicked") // what it said may hold what it worked on
			reply, err = nil, status.Error(codes.Internal, "a defect of the service; hint: report it")
		}
	}()
	if reply, err = next(ctx, r); err != nil {
		if _, told := status.FromError(err); !told {
			err = Status(err).Err()
		}
	}
	return reply, err
}

// Status is an error as gRPC tells it: with google.rpc.ErrorInfo, and RetryInfo where coming back helps.
func Status(err error) *status.Status {
	f := Explain(err)
	st := status.New(f.Code, err.Error())
	details := []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: string(f.Reason), Domain: ErrorDomain}}
	if f.After > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(f.After)})
	}
	if full, err := st.WithDetails(details...); err == nil {
		return full
	}
	return st
}

// serviceName is by which health is asked for; "" is the whole server, which is the same.
const serviceName = "virtengine.inference.v1.Inference"
