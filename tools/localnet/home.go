package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/virtengine/virtengine/chain/app/genesis"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/paths"
)

const module = "github.com/virtengine/virtengine"

// stateFile remembers a local network between runs.
const stateFile = "localnet.json"

// state is what a local network is, and how far its job got.
type state struct {
	Layout  genesis.Layout
	Gateway string   // host:port of the provider's gateway
	Orders  []uint64 // of the tenant; empty until it ordered
}

// network is a running local network.
type network struct {
	state
	home  string
	dir   *paths.Dir // home, open
	out   io.Writer
	mu    sync.Mutex
	began time.Time
	bin   struct{ virtengine, daemon, workload string }
	procs []*process // in the order they were started
}

// say prints one step.
func (n *network) say(step, format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	fmt.Fprintf(n.out, "%7.1fs  %-12s %s\n", time.Since(n.began).Seconds(), step, fmt.Sprintf(format, args...))
}

// Bounds of what is read back from the folder: bytes, and names.
const (
	maxState   = 1 << 20
	maxEntries = 1000
)

// prepare finds or makes the folder and the programs.
func prepare(ctx context.Context, o options, out io.Writer) (*network, error) {
	n := &network{home: o.home, out: out, began: time.Now()}
	if n.home == "" {
		name, err := entropy.Token()
		if err != nil {
			return nil, err
		}
		n.home = filepath.Join(os.TempDir(), "virtengine-localnet-"+strings.ToLower(name[:8]))
	}
	if o.reset {
		if err := removeNetwork(n.home); err != nil {
			return nil, err
		}
	}
	var err error
	if n.dir, err = paths.MakeDir(n.home); err != nil {
		return nil, err
	}
	n.say("home", "%s", n.home)
	if err := n.programs(ctx, o); err != nil {
		return nil, err
	}
	err = n.dir.ReadJSON(stateFile, maxState, &n.state)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return n, n.make(o)
	case err != nil:
		return nil, fmt.Errorf("%w; next: --reset makes a new network", err)
	}
	if len(n.Layout.Nodes) != o.validators {
		return nil, fmt.Errorf("%s has %d validators, %d are asked for; next: --reset makes a new network", n.home, len(n.Layout.Nodes), o.validators)
	}
	n.say("resumed", "%d validators, orders %v", len(n.Layout.Nodes), n.Orders)
	return n, nil
}

// removeNetwork removes a local network. A folder that holds something else is left alone.
func removeNetwork(home string) error {
	d, err := paths.OpenDir(home)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	entries, err := d.List(maxEntries)
	_, missing := d.Stat(stateFile)
	if err == nil && len(entries) > 0 && missing != nil {
		err = fmt.Errorf("--reset: %s holds something that is no local network; next: remove it yourself, or name another folder", home)
	}
	for _, e := range entries {
		if err == nil {
			err = d.RemoveAll(e.Name())
		}
	}
	return errors.Join(err, d.Close())
}

func (n *network) save() error {
	return n.dir.WriteJSON(stateFile, n.state, paths.Private)
}

// freePorts returns ports nobody listens on now.
func freePorts(count int) ([]int, error) {
	ports := make([]int, count)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // all at the end, so that no port comes twice
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}
