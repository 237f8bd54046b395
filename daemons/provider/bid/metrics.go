package bid

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	states  *prometheus.CounterVec
	latency prometheus.Histogram
}

func newMetrics(r prometheus.Registerer, e *Engine) (*metrics, error) {
	m := &metrics{
		states: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ve_provider_bid_decision_total",
			Help: "Orders by the state they came to, and why."}, []string{"state", "reason"}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "ve_provider_bid_seconds",
			Help: "From an order's evaluation to its bid in a block.", Buckets: prometheus.ExponentialBuckets(0.001, 3, 11)}),
	}
	open := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ve_provider_bids_open", Help: "Bids that hold a reservation."},
		func() float64 { return float64(e.OpenBids()) })
	return m, errors.Join(r.Register(m.states), r.Register(m.latency), r.Register(open))
}
