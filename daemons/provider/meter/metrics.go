package meter

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	samples, failures, records, gaps prometheus.Counter
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	m := &metrics{
		samples:  counter("ve_provider_usage_samples_total", "Readings in the sample log."),
		failures: counter("ve_provider_usage_failures_total", "Readings that could not be taken."),
		records:  counter("ve_provider_usage_records_total", "Usage records accepted by the chain."),
		gaps:     counter("ve_provider_usage_gap_seconds_total", "Time that was not measured and is not billed, over all leases."),
	}
	return m, errors.Join(r.Register(m.samples), r.Register(m.failures), r.Register(m.records), r.Register(m.gaps))
}
