package outbox

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	attempts *prometheus.CounterVec
	ended    *prometheus.CounterVec
	alarms   *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(r prometheus.Registerer, b *Outbox) (*metrics, error) {
	m := &metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ve_provider_queue_attempts_total",
			Help: "Attempts at queued operations, by kind and result (ok or the class of the failure)."}, []string{"kind", "result"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ve_provider_queue_ended_total",
			Help: "Operations that ended, by kind and status."}, []string{"kind", "status"}),
		alarms: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ve_provider_queue_alarms_total",
			Help: "Attempts of operations that keep failing and are never given up."}, []string{"kind"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "ve_provider_queue_attempt_seconds",
			Help: "Duration of attempts.", Buckets: prometheus.ExponentialBuckets(0.001, 4, 9)}, []string{"kind"}),
	}
	depth := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ve_provider_queue_depth",
		Help: "Operations that are not finished."}, func() float64 { return float64(b.Depth()) })
	age := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ve_provider_queue_oldest_due_seconds",
		Help: "How long the operation that waits longest has been due."}, func() float64 { return b.OldestDue().Seconds() })
	var errs []error
	for _, c := range []prometheus.Collector{m.attempts, m.ended, m.alarms, m.seconds, depth, age} {
		errs = append(errs, r.Register(c))
	}
	return m, errors.Join(errs...)
}

func (m *metrics) attempt(kind string, failure error, took time.Duration) {
	result := "ok"
	if failure != nil {
		result = string(ClassOf(failure))
	}
	m.attempts.WithLabelValues(kind, result).Inc()
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
}
