package service

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// seconds are the buckets of durations, from a millisecond to half a minute.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// metrics are what monitors see. No label comes from a request, except names of models that are loaded.
type metrics struct {
	requests *prometheus.HistogramVec // by method and outcome
	models   *prometheus.HistogramVec // by model
	nodes    *prometheus.CounterVec   // seconds, by model and type of node
	refusals *prometheus.CounterVec   // by reason
	reasons  *prometheus.CounterVec   // of scores and refusals of evidence, by number
}

func newMetrics(r prometheus.Registerer, q *queue, ready func() bool) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "ve", Subsystem: "inference", Name: "request_seconds",
			Help: "From the arrival of a request to its answer.", Buckets: seconds}, []string{"method", "outcome"}),
		models: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "ve", Subsystem: "inference", Name: "model_seconds",
			Help: "One run of a model.", Buckets: seconds}, []string{"model"}),
		nodes: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "ve", Subsystem: "inference", Name: "node_seconds_total",
			Help: "Time that nodes of one type took."}, []string{"model", "op"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "ve", Subsystem: "inference", Name: "refusals_total",
			Help: "Requests that were not computed, by reason."}, []string{"reason"}),
		reasons: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "ve", Subsystem: "inference", Name: "score_reasons_total",
			Help: "Reasons that scores and refused evidence came with."}, []string{"reason"}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "ve", Subsystem: "inference", Name: name, Help: help}, value)
	}
	for _, c := range []prometheus.Collector{m.requests, m.models, m.nodes, m.refusals, m.reasons,
		gauge("queue_depth", "Requests that wait.", func() float64 { waiting, _ := q.depth(); return float64(waiting) }),
		gauge("running", "Requests that run.", func() float64 { _, running := q.depth(); return float64(running) }),
		gauge("ready", "1 when requests are taken.", func() float64 {
			if ready() {
				return 1
			}
			return 0
		}),
	} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// answered records one request.
func (m *metrics) answered(method string, took time.Duration, err error) {
	outcome := "ok"
	if err != nil {
		outcome = string(Explain(err).Reason)
		m.refusals.WithLabelValues(outcome).Inc()
	}
	m.requests.WithLabelValues(method, outcome).Observe(took.Seconds())
}
