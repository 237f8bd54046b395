package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/safemath"
)

// Plan is what a simulation does.
type Plan struct {
	Seed               uint64
	Blocks, Txs        int // Txs are tried per block; fewer where there is no occasion
	Tenants, Providers int
	CheckEvery         int // blocks from one look at the invariants to the next
	Executors          []Executor
	Home               func() string // an empty folder for each replica
}

// Report is what happened.
type Report struct {
	Blocks, Txs int
	Took        time.Duration // in blocks, without signing and checking
	Cluster     *Cluster
	Traffic     *Traffic
}

// Run trades for as many blocks as planned. Fails with ErrDiverged or ErrInvariant.
func Run(ctx context.Context, p Plan) (Report, error) {
	encoding, err := app.NewEncoding()
	if err != nil {
		return Report{}, err
	}
	cast := NewCast(p.Seed, p.Tenants, p.Providers)
	genesis, err := NewGenesis(encoding, cast)
	if err != nil {
		return Report{}, fmt.Errorf("genesis: %w", err)
	}
	var replicas []*Replica
	for _, e := range p.Executors {
		r, err := NewReplica(p.Home(), e)
		if err != nil {
			return Report{}, err
		}
		replicas = append(replicas, r)
	}
	cluster, err := Begin(replicas, genesis)
	if err != nil {
		return Report{}, err
	}
	cast.Operator.sequence = 1 // it signed at genesis
	report := Report{Cluster: cluster, Traffic: NewTraffic(p.Seed, cast, replicas[0].App)}
	// The first block has no state before it to trade on.
	if _, err := cluster.Apply(ctx, time.Second, nil); err != nil {
		return report, err
	}
	return report, report.Trade(ctx, p)
}

// Trade goes on for as many blocks as planned.
func (r *Report) Trade(ctx context.Context, p Plan) error {
	pauses := entropy.Simulation(p.Seed, safemath.Clamp[uint64](r.Cluster.Height))
	for i := range p.Blocks {
		batch, err := r.Traffic.Next(ctx, r.Cluster.Time, p.Txs)
		if err != nil {
			return err
		}
		began := time.Now()
		results, err := r.Cluster.Apply(ctx, time.Duration(500+pauses.IntN(1_500))*time.Millisecond, batch.Txs)
		if err != nil {
			return err
		}
		r.Took += time.Since(began)
		r.Blocks, r.Txs = r.Blocks+1, r.Txs+len(batch.Txs)
		if err := r.Traffic.Learn(batch, results); err != nil {
			return fmt.Errorf("height %d: %w", r.Cluster.Height, err)
		}
		if i%p.CheckEvery == p.CheckEvery-1 || i == p.Blocks-1 {
			// The replicas agree, so one of them speaks for all.
			if err := r.Cluster.Replicas[0].AssertInvariants(); err != nil {
				return fmt.Errorf("height %d: %w", r.Cluster.Height, err)
			}
		}
	}
	return nil
}
