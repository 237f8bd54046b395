package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/proto"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/security/httpx"
)

// Handler is the service over HTTP: JSON as protobuf defines it, with field names as they stand in inference.proto.
//
//	POST /v1/infer     POST /v1/score     GET /v1/describe     GET /healthz     GET /readyz     GET /metrics
//
// What fails is answered with an httpx.Problem whose code is the FailureReason.
func Handler(s *Service, metrics prometheus.Gatherer) (http.Handler, error) {
	if s == nil || metrics == nil {
		return nil, fmt.Errorf("%w: a dependency is missing", ErrConfig)
	}
	mux := http.NewServeMux()
	for path, handler := range map[string]http.HandlerFunc{
		"POST /v1/infer": method(s, s.Infer), "POST /v1/score": method(s, s.Score),
		"GET /v1/describe": func(w http.ResponseWriter, r *http.Request) {
			reply, err := s.Describe(r.Context(), &api.DescribeRequest{})
			answer(w, r, reply, err)
		},
		"GET /healthz": func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") },
		"GET /readyz": func(w http.ResponseWriter, _ *http.Request) {
			if !s.Ready() {
				say(w, http.StatusServiceUnavailable, "not ready")
				return
			}
			say(w, http.StatusOK, "ready")
		},
	} {
		mux.HandleFunc(path, handler)
	}
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	return httpx.MaxBody(bodyLimit(s.limits), mux)
}

// bodyLimit is how many bytes of JSON a request of the allowed size has at most: base64 makes four of three, and names come on top.
func bodyLimit(l Limits) int64 { return min(l.RequestBytes, math.MaxInt32)/3*4 + framing }

// request is a message of requests.
type requestMessage[T any] interface {
	*T
	proto.Message
}

// method answers a method of the service.
func method[T any, P requestMessage[T], R proto.Message](s *Service, call func(context.Context, P) (R, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		defer clear(body)
		if errors.Is(err, httpx.ErrBodyTooLarge) {
			err = fmt.Errorf("%w: %w", ErrTooLarge, err)
		} else if err != nil {
			err = fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		in := P(new(T))
		if err == nil {
			if e := jsonpb.Unmarshal(bytes.NewReader(body), in); e != nil {
				err = fmt.Errorf("%w: %w", ErrMalformed, e)
			}
		}
		if err != nil {
			s.metrics.answered("HTTP", 0, err)
			answer(w, r, nil, err)
			return
		}
		reply, err := call(r.Context(), in)
		answer(w, r, reply, err)
	}
}

// answer writes a reply, or why there is none.
func answer(w http.ResponseWriter, r *http.Request, reply proto.Message, err error) {
	if err != nil {
		f := Explain(err)
		if f.After > 0 {
			w.Header().Set("Retry-After", strconv.FormatInt(int64((f.After+1e9-1)/1e9), 10))
		}
		write(w, f.HTTP, &httpx.Problem{Code: string(f.Reason), Message: err.Error(), Request: httpx.RequestID(r.Context())})
		return
	}
	var b bytes.Buffer
	if err := (&jsonpb.Marshaler{OrigName: true, EmitDefaults: true}).Marshal(&b, reply); err != nil {
		write(w, http.StatusInternalServerError, &httpx.Problem{Code: string(EngineFailed), Message: "the answer cannot be written", Request: httpx.RequestID(r.Context())})
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b.Bytes()) // who went away needs no answer
}
