package sim_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/virtengine/virtengine/chain/sim"
)

var (
	sequential  = sim.Executor{Name: serverconfig.BlockExecutorSequential}
	twoWorkers  = sim.Executor{Name: serverconfig.BlockExecutorBlockSTM, Workers: 2}
	fourWorkers = sim.Executor{Name: serverconfig.BlockExecutorBlockSTM, Workers: 4}
)

// Four validators see the same 500 blocks of random trading; two execute one transaction after another, two in parallel.
func TestFourReplicasAgree(t *testing.T) {
	report, err := sim.Run(t.Context(), sim.Plan{
		Seed: 1, Blocks: 500, Txs: 10, Tenants: 12, Providers: 6, CheckEvery: 50,
		Executors: []sim.Executor{sequential, twoWorkers, sequential, fourWorkers},
		Home:      t.TempDir,
	})
	for name, tally := range report.Traffic.Seen {
		t.Logf("%s: %s", name, tally)
	}
	require.NoError(t, err)
	t.Logf("%d transactions in %d blocks on four replicas in %s: %.0f blocks/s", report.Txs, report.Blocks, report.Took, float64(report.Blocks)/report.Took.Seconds())
	for name, tally := range report.Traffic.Seen {
		require.NotZero(t, tally.Done, "%s: a simulation without it proves nothing of it", name)
	}
}

// A chain that is exported and started again holds the same state, byte for byte, and goes on in the same way.
func TestExportImport(t *testing.T) {
	plan := sim.Plan{Seed: 2, Blocks: 150, Txs: 10, Tenants: 8, Providers: 5, CheckEvery: 75, Executors: []sim.Executor{twoWorkers}, Home: t.TempDir}
	report, err := sim.Run(t.Context(), plan)
	require.NoError(t, err)
	// Nonces of unordered transactions are the one thing that genesis does not carry; they end after ten minutes.
	_, err = report.Cluster.Apply(t.Context(), 11*time.Minute, nil)
	require.NoError(t, err)
	old := report.Cluster.Replicas[0]
	exported, err := old.Export(false, nil)
	require.NoError(t, err)

	var copies []*sim.Replica
	for range 2 {
		r, err := sim.NewReplica(t.TempDir(), sequential)
		require.NoError(t, err)
		copies = append(copies, r)
	}
	// Two copies of one genesis have equal hashes; Begin and Apply see to that.
	imported, err := sim.Begin(copies, report.Cluster.Exported(exported))
	require.NoError(t, err)

	// Staking keeps the headers of past blocks for light clients of other chains; a chain that begins anew has no past.
	headers := sim.Except{Store: stakingtypes.StoreKey, Prefix: stakingtypes.HistoricalInfoKey}
	for block := range 50 {
		batch, err := report.Traffic.Next(t.Context(), report.Cluster.Time, plan.Txs)
		require.NoError(t, err)
		want, err := report.Cluster.Apply(t.Context(), time.Second, batch.Txs)
		require.NoError(t, err)
		got, err := imported.Apply(t.Context(), time.Second, batch.Txs)
		require.NoError(t, err)
		require.Equal(t, want, got, "block %d after the export: the same transactions do the same", block)

		differences, err := sim.Differences(old, copies[0], headers)
		require.NoError(t, err)
		require.Empty(t, differences, "block %d after the export", block)
	}
	require.NoError(t, copies[0].AssertInvariants())

	again, err := copies[0].Export(false, nil)
	require.NoError(t, err)
	expected, err := old.Export(false, nil)
	require.NoError(t, err)
	require.JSONEq(t, string(expected.AppState), string(again.AppState), "what is exported is exported again")
}
