package lease

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

var update = flag.Bool("update", false, "write the documentation of the transition table anew")

var now = time.Unix(1_700_000_000, 0)

func TestNext(t *testing.T) {
	p := Policy{Unstable: 10 * time.Minute}
	wanted := Desired{Manifest: true, Generation: 1}
	asked := History{State: Active, Asked: 1}
	up := Seen{Answered: true, Found: true, State: backend.StateRunning, Generation: 1}
	failed := Seen{Answered: true, Found: true, State: backend.StateFailed, Generation: 1}
	since := func(h History, d time.Duration) History { h.FailedSince = now.Add(-d); return h }
	for name, tc := range map[string]struct {
		reason string
		d      Desired
		s      Seen
		h      History
		state  State
		cmd    Command
		why    markettypes.Reason
	}{
		"WaitsForManifest":    {"the tenant has time", Desired{}, Seen{}, History{State: AwaitingManifest, Deadline: now.Add(time.Second)}, AwaitingManifest, Wait, 0},
		"ManifestTimeout":     {"the time is over", Desired{}, Seen{}, History{State: AwaitingManifest, Deadline: now}, AwaitingManifest, Close, markettypes.ReasonManifestTimeout},
		"LateManifestCounts":  {"a manifest that is here beats the deadline", wanted, Seen{}, History{State: AwaitingManifest, Deadline: now}, Provisioning, Ensure, 0},
		"TimeoutIsToldOnce":   {"the chain is being told", Desired{}, Seen{}, History{State: AwaitingManifest, Deadline: now, Closing: true}, AwaitingManifest, Wait, 0},
		"Asking":              {"one question at a time", wanted, Seen{}, History{State: Provisioning, Asked: 1, AskPending: true}, Provisioning, Wait, 0},
		"Runs":                {"it was seen running as asked", wanted, up, History{State: Provisioning, Asked: 1}, Active, Wait, 0},
		"BatchIsWell":         {"a job that ended well is no failure", wanted, Seen{Answered: true, Found: true, State: backend.StateCompleted, Generation: 1}, asked, Active, Wait, 0},
		"Update":              {"a newer manifest is asked for", Desired{Manifest: true, Generation: 2}, up, asked, Active, Ensure, 0},
		"NoAnswer":            {"a backend that is away is no evidence", wanted, Seen{}, since(asked, time.Hour), Active, Wait, 0},
		"UnknownState":        {"a state nobody knows is no evidence", wanted, Seen{Answered: true, Found: true, State: backend.StateUnknown, Generation: 1}, asked, Active, Wait, 0},
		"Vanished":            {"what is gone is started again", wanted, Seen{Answered: true}, asked, Provisioning, Ensure, 0},
		"OldGeneration":       {"what is older than wanted is converged", wanted, Seen{Answered: true, Found: true, State: backend.StateRunning}, asked, Provisioning, Ensure, 0},
		"FailedAMoment":       {"a failure has to last", wanted, failed, since(asked, 9*time.Minute), Degraded, Wait, 0},
		"FailedLong":          {"and then ends the lease", wanted, failed, since(asked, 10*time.Minute), Active, Close, markettypes.ReasonUnstable},
		"Refused":             {"what cannot be provisioned is compensated first", wanted, Seen{}, History{State: Provisioning, Asked: 1, Refused: true}, Terminating, Delete, 0},
		"CompensatedThenTold": {"and then told", wanted, Seen{}, History{State: Terminating, Deleting: true, Gone: true}, Terminating, Close, markettypes.ReasonProvisioningFailed},
		"Ended":               {"the chain's word", Desired{Closed: true, Manifest: true, Generation: 1}, up, asked, Terminating, Delete, 0},
		"EndedUnmanifested":   {"a lease without a manifest ends too", Desired{Closed: true}, Seen{}, History{State: AwaitingManifest, Deadline: now}, Terminating, Delete, 0},
		"TakingDown":          {"one take-down at a time", Desired{Closed: true}, Seen{}, History{State: Terminating, Deleting: true}, Terminating, Wait, 0},
		"GoneAndEnded":        {"the last record follows", Desired{Closed: true}, Seen{}, History{State: Terminating, Deleting: true, Gone: true}, FinalUsage, Settle, 0},
		"NotSettledYet":       {"the chain has not taken it", Desired{Closed: true}, Seen{}, History{State: FinalUsage, Gone: true}, FinalUsage, Wait, 0},
		"Settled":             {"nothing is left to do", Desired{Closed: true}, Seen{}, History{State: FinalUsage, Gone: true, Settled: true}, Done, Wait, 0},
		"DoneStaysDone":       {"for ever", Desired{Closed: true}, failed, History{State: Done}, Done, Wait, 0},
	} {
		t.Run(name, func(t *testing.T) {
			v := Next(tc.d, tc.s, tc.h, p, now)
			require.Equal(t, tc.state, v.State, "%s (rule %q)", tc.reason, v.Rule)
			require.Equal(t, tc.cmd, v.Command, "%s (rule %q)", tc.reason, v.Rule)
			require.Equal(t, tc.why, v.Reason, "%s (rule %q)", tc.reason, v.Rule)
		})
	}
}

// TestAbsenceOfEvidenceClosesNothing: whatever happened before, a lease whose manifest is here is not closed or taken down while
// neither the chain nor the backend says anything.
func TestAbsenceOfEvidenceClosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ago := func(label string) time.Time {
			return now.Add(-time.Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, label)))
		}
		h := History{State: rapid.SampledFrom(running).Draw(t, "state"), Deadline: ago("deadline"), Asked: rapid.Uint64Range(0, 3).Draw(t, "asked"),
			AskPending: rapid.Bool().Draw(t, "pending"), FailedSince: ago("failed")}
		v := Next(Desired{Manifest: true, Generation: rapid.Uint64Range(1, 3).Draw(t, "generation")}, Seen{}, h, Policy{Unstable: time.Minute}, now)
		if v.Command == Close || v.Command == Delete {
			t.Fatalf("%+v: %+v", h, v)
		}
	})
}

// TestEveryStateLeadsOnwards: with the chain's word that the lease ended and a backend that does what it is told, every state comes
// to Done.
func TestEveryStateLeadsOnwards(t *testing.T) {
	for _, s := range append([]State{Terminating, FinalUsage}, running...) {
		h := History{State: s, Gone: s == FinalUsage}
		for range 10 {
			v := Next(Desired{Closed: true}, Seen{}, h, Policy{Unstable: time.Minute}, now)
			h.State = v.State
			h.Deleting = h.Deleting || v.Command == Delete
			h.Gone = h.Gone || h.Deleting
			h.Settled = h.Settled || h.State == FinalUsage
		}
		require.Equal(t, Done, h.State, "from %s", s)
	}
}

// TestTheTableIsDocumented: STATES.md is the table. Run with -update after changing it.
func TestTheTableIsDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString("# What happens to a lease\n\nThe first row that holds decides. This page is written by a test from the table in next.go.\n\n| # | rule | in state | when | new state | command |\n|---|---|---|---|---|---|\n")
	for i, r := range rules {
		from := make([]string, len(r.from))
		for j, s := range r.from {
			from[j] = string(s)
		}
		state, cmd := string(r.state), string(r.command)
		if state == "" {
			state = "unchanged"
		}
		if r.reason != markettypes.ReasonUnspecified {
			cmd += " (" + r.reason.String() + ")"
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s |\n", i+1, r.name, strings.Join(from, ", "), r.when, state, cmd)
	}
	if *update {
		require.NoError(t, os.WriteFile("STATES.md", []byte(b.String()), 0o644))
	}
	have, err := os.ReadFile("STATES.md")
	require.NoError(t, err)
	require.Equal(t, string(have), b.String(), "STATES.md is stale: go test ./daemons/provider/lease -run Documented -update")
}
