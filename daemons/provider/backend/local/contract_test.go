package local

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/backendtest"
)

// quick is a configuration for tests: pauses are short, limits are what the machine can enforce.
func quick(t *testing.T) Config {
	t.Helper()
	return Config{StateDir: t.TempDir(), ImagesDir: images(t), RestartDelay: 20 * time.Millisecond,
		RestartDelayMax: 100 * time.Millisecond, StopGrace: time.Second, CheckEvery: 50 * time.Millisecond}
}

// harness opens the backend; a restart closes nothing but what the end of a process closes.
func harness(t *testing.T, cfg Config) backendtest.Harness {
	t.Helper()
	faults := &backendtest.Faults{}
	current, err := open(cfg, faults.Point)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, current.Close()) })
	return backendtest.Harness{Backend: current, Image: "local/test", Program: "/bin/workload", Faults: faults,
		Restart: func() backend.Backend {
			require.NoError(t, current.Close())
			current, err = open(cfg, faults.Point)
			require.NoError(t, err)
			return current
		}}
}

func TestContract(t *testing.T) {
	backendtest.Run(t, func(t *testing.T) backendtest.Harness { return harness(t, quick(t)) })
}
