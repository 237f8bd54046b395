package lease

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	leases *prometheus.GaugeVec
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	m := &metrics{leases: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "ve_provider_leases", Help: "Leases by state."}, []string{"state"})}
	return m, r.Register(m.leases)
}
