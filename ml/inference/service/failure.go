package service

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
)

// Errors of requests.
var (
	// ErrMalformed says that a request breaks a rule of the protocol.
	ErrMalformed = errors.New("malformed request")
	// ErrTooLarge says that a request has more bytes than one may.
	ErrTooLarge = errors.New("request is too large")
	// ErrBudget says that a request needs more multiplications than one may.
	ErrBudget = errors.New("request needs too many multiplications")
	// ErrNotReady says that the service has not finished its checks.
	ErrNotReady = errors.New("service is not ready")
)

// FailureReason is why there is no answer, for programs. It is stable.
type FailureReason string

// The reasons (inference.proto, service Inference).
const (
	Malformed    FailureReason = "MALFORMED"
	UnknownModel FailureReason = "UNKNOWN_MODEL"
	UnknownPack  FailureReason = "UNKNOWN_PACK"
	Busy         FailureReason = "BUSY"
	TooLarge     FailureReason = "TOO_LARGE"
	OverBudget   FailureReason = "OVER_BUDGET"
	Timeout      FailureReason = "TIMEOUT"
	Cancelled    FailureReason = "CANCELLED"
	Stopping     FailureReason = "STOPPING"
	NotReady     FailureReason = "NOT_READY"
	EngineFailed FailureReason = "ENGINE"
)

// Failure is how an error is told, by gRPC and by HTTP.
type Failure struct {
	Reason FailureReason
	Code   codes.Code
	HTTP   int
	After  time.Duration // when to come back; 0: coming back changes nothing
}

// Explain says how an error is told. What it does not know is a defect of ours: Internal.
func Explain(err error) Failure {
	var busy *BusyError
	switch {
	case errors.As(err, &busy):
		return Failure{Busy, codes.ResourceExhausted, 429, busy.After}
	case errors.Is(err, ErrStopping):
		return Failure{Stopping, codes.Unavailable, 503, 0}
	case errors.Is(err, ErrNotReady):
		return Failure{NotReady, codes.Unavailable, 503, time.Second}
	case errors.Is(err, context.Canceled):
		return Failure{Cancelled, codes.Canceled, 499, 0}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, ErrWait):
		return Failure{Timeout, codes.DeadlineExceeded, 504, 0}
	case errors.Is(err, ErrTooLarge):
		return Failure{TooLarge, codes.ResourceExhausted, 413, 0}
	case errors.Is(err, ErrBudget):
		return Failure{OverBudget, codes.ResourceExhausted, 422, 0}
	case errors.Is(err, ErrUnknownModel):
		return Failure{UnknownModel, codes.NotFound, 404, 0}
	case errors.Is(err, ErrUnknownPack):
		return Failure{UnknownPack, codes.NotFound, 404, 0}
	case errors.Is(err, ErrMalformed), errors.Is(err, ErrModelInput), errors.Is(err, pipeline.ErrMalformed):
		return Failure{Malformed, codes.InvalidArgument, 400, 0}
	}
	return Failure{EngineFailed, codes.Internal, 500, 0}
}
