package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	market "github.com/virtengine/virtengine/chain/x/market/types"
	settlement "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/backend/local"
)

// program returns a binary that Bazel built; without Bazel the test builds it as localnet does.
func program(name string) string {
	if path := os.Getenv(name); path != "" {
		return filepath.Join(os.Getenv("TEST_SRCDIR"), path)
	}
	return ""
}

func testOptions(t *testing.T, sdl string) options {
	t.Helper()
	o, err := parse(append(readmeArguments(t),
		"--home", t.TempDir(), "--sdl", filepath.Join("..", "..", "examples", sdl), "--block-time", "300ms",
		"--virtengine", program("VIRTENGINE"), "--provider-daemon", program("PROVIDER_DAEMON"), "--workload", program("WORKLOAD"),
	), "", &bytes.Buffer{})
	require.NoError(t, err)
	return o
}

// commands returns the lines of the README's shell blocks.
func commands(t *testing.T) []string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	var lines []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		lines = append(lines, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	return lines
}

// readmeArguments are what the README tells people to give this program.
func readmeArguments(t *testing.T) []string {
	t.Helper()
	for _, line := range commands(t) {
		if args, ok := strings.CutPrefix(line, "tools/bazel run //tools/localnet -- "); ok {
			return strings.Fields(args)
		}
	}
	t.Fatal("the README does not show how to run a local network")
	return nil
}

// TestTheReadmeShowsTwoCommands: the first is run by the tests below, the second runs them.
func TestTheReadmeShowsTwoCommands(t *testing.T) {
	require.Equal(t, []string{"tools/bazel run //tools/localnet -- --once", "tools/bazel test //..."}, commands(t))
	ci, err := os.ReadFile(filepath.Join("..", "..", ".ci", "run"))
	require.NoError(t, err)
	require.Contains(t, string(ci), commands(t)[1], "a build machine runs what the README says")
}

// output is what a person would see, readable while it is written.
type output struct {
	t   *testing.T
	mu  sync.Mutex
	all strings.Builder
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.t.Log(strings.TrimSpace(string(p)))
	return o.all.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}

func TestAnOrderBecomesAPaidWorkload(t *testing.T) {
	for sdl, tc := range map[string]struct{ reason, sees string }{
		"web.yaml":    {"the page is served by the isolated workload", "root is read-only: true"},
		"batch.yaml":  {"a job that ended well is not started again", "is completed"},
		"volume.yaml": {"a service counts on its volume", "URL"},
	} {
		t.Run(sdl, func(t *testing.T) {
			out := &output{t: t}
			require.NoError(t, run(t.Context(), testOptions(t, sdl), out), tc.reason)
			require.Contains(t, out.String(), tc.sees, tc.reason)
			require.Contains(t, out.String(), "final", "the sum was printed, and run fails unless it is exact")
		})
	}
}

// TestAKilledDaemonLosesAndDoublesNothing kills the provider daemon with SIGKILL after each step of an order's way, starts
// it again, and counts: one lease, one workload, every second billed at most once, every uve accounted for.
func TestAKilledDaemonLosesAndDoublesNothing(t *testing.T) {
	o := testOptions(t, "web.yaml")
	out := &output{t: t}
	n, err := prepare(t.Context(), o, out)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.stop()) })
	require.NoError(t, n.startChain(t.Context()))
	require.NoError(t, n.startProvider(t.Context()))
	c, err := n.dial(t.Context(), tenantKey)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	tn := &tenant{network: n, chain: c, address: c.Address().String()}

	kill := func(after string) {
		t.Helper()
		n.say("kill -9", "after: %s", after)
		n.killProvider(t)
		require.NoError(t, n.startProvider(t.Context()))
	}
	deployment, err := tn.order(t.Context(), o)
	require.NoError(t, err)
	id := tn.Orders[0]
	kill("the order was placed")

	require.NoError(t, n.until(t.Context(), "a bid", time.Minute, func(ctx context.Context) (bool, error) {
		bids, err := c.Market().Bids(ctx, &market.QueryBidsRequest{OrderId: id})
		return err == nil && len(bids.Bids) > 0, err
	}))
	kill("the bid is on chain")

	lease, err := tn.lease(t.Context(), id)
	require.NoError(t, err)
	kill("the award")

	g, err := tn.gateway(t.Context(), lease.Provider)
	require.NoError(t, err)
	t.Cleanup(g.Close)
	require.NoError(t, n.until(t.Context(), "the manifest to be taken", time.Minute, func(ctx context.Context) (bool, error) {
		err := g.PutManifest(ctx, id, deployment.Manifest.Groups[0])
		return err == nil, err
	}))
	kill("the manifest was accepted")

	running := func() {
		t.Helper()
		require.NoError(t, n.until(t.Context(), "the workload to run", time.Minute, func(ctx context.Context) (bool, error) {
			s, err := g.Status(ctx, id)
			return err == nil && s.Workload == "running", err
		}))
	}
	running()
	kill("the workload runs")
	running()

	records := func(want int) {
		t.Helper()
		require.NoError(t, n.until(t.Context(), "usage records", time.Minute, func(ctx context.Context) (bool, error) {
			_, have, err := tn.used(ctx, id)
			return have >= want, err
		}))
	}
	records(1)
	kill("usage was recorded")
	records(2)

	_, err = c.Send(t.Context(), &market.MsgCloseLease{Sender: tn.address, Id: id, Reason: market.ReasonTenant})
	require.NoError(t, err)
	kill("the lease was closed")
	require.NoError(t, tn.finish(t.Context(), id), "the final sum is exact to the uve")
	kill("the end")

	list, err := c.Settlement().Usage(t.Context(), &settlement.QueryUsageRequest{LeaseId: id})
	require.NoError(t, err)
	end := lease.CreatedTime
	for i, r := range list.Records {
		require.EqualValues(t, i+1, r.Sequence, "records follow one another")
		require.False(t, r.Start.Before(end), "no second is billed twice")
		end = r.End
	}
	require.True(t, list.Records[len(list.Records)-1].Final)
	leases, err := c.Market().Leases(t.Context(), &market.QueryLeasesRequest{Owner: tn.address, State: market.LeaseClosed})
	require.NoError(t, err)
	require.Len(t, leases.Leases, 1, "one order, one lease")
	n.nothingLeft(t)
}

// killProvider ends the daemon as a power failure would. Its workloads go on.
func (n *network) killProvider(t *testing.T) {
	t.Helper()
	last := n.procs[len(n.procs)-1]
	require.Equal(t, "provider", last.name)
	require.NoError(t, last.proc.Signal(syscall.SIGKILL))
	<-last.done
	n.procs = n.procs[:len(n.procs)-1]
}

// nothingLeft asserts that no workload is left behind.
func (n *network) nothingLeft(t *testing.T) {
	t.Helper()
	n.killProvider(t)
	c := local.Default()
	c.StateDir, c.ImagesDir = filepath.Join(n.home, "provider", "local"), filepath.Join(n.home, "images")
	c.CgroupParent = "virtengine-" + filepath.Base(n.home)
	b, err := local.New(c)
	require.NoError(t, err)
	inventory, err := b.Inventory(t.Context())
	require.NoError(t, err)
	require.Empty(t, inventory.Leases)
	require.NoError(t, b.Close())
}

func TestArguments(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		args   []string
		ok     bool
	}{
		"None":          {"everything has a default", nil, true},
		"NoValidators":  {"a chain has a validator", []string{"--validators", "0"}, false},
		"ResetNothing":  {"a new folder is empty already", []string{"--reset"}, false},
		"TooFast":       {"blocks need time", []string{"--block-time", "1ms"}, false},
		"StrayArgument": {"a forgotten dash is not ignored", []string{"once"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(tc.args, "", &bytes.Buffer{})
			require.Equal(t, tc.ok, err == nil, tc.reason)
		})
	}
}

func TestResetLeavesStrangersAlone(t *testing.T) {
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, "thesis.tex"), []byte("years of work"), 0o600))
	require.ErrorContains(t, removeNetwork(home), "no local network")
	require.FileExists(t, filepath.Join(home, "thesis.tex"))
}
