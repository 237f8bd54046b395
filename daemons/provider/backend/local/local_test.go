package local

import (
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/backendtest/workload"
)

func TestMain(m *testing.M) {
	Init()
	workload.Init()
	becomeOrdinary()
	os.Exit(m.Run())
}

// images makes an image store whose image local/test holds this test as the program /bin/workload.
func images(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	bin := filepath.Join(dir, "test", "bin")
	require.NoError(t, os.MkdirAll(bin, 0o755))
	copySelf(t, filepath.Join(bin, "workload"))
	for _, library := range libraries(t) {
		to := filepath.Join(dir, "test", library)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		copyFile(t, library, to)
	}
	return dir
}

// libraries are the files of the shared libraries this test runs with. Bazel makes static programs; the go command
// links C where it finds a compiler.
func libraries(t *testing.T) []string {
	t.Helper()
	self, err := elf.Open("/proc/self/exe")
	require.NoError(t, err)
	defer self.Close()
	var found []string
	for _, p := range self.Progs {
		if p.Type == elf.PT_INTERP {
			loader, err := io.ReadAll(p.Open())
			require.NoError(t, err)
			found = append(found, strings.TrimRight(string(loader), "\x00"))
		}
	}
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	for line := range strings.Lines(string(maps)) {
		if fields := strings.Fields(line); len(fields) == 6 && strings.Contains(filepath.Base(fields[5]), ".so") {
			found = append(found, fields[5])
		}
	}
	return found
}

// copySelf makes path a copy of this test that everyone may execute.
func copySelf(t *testing.T, path string) {
	t.Helper()
	copyFile(t, "/proc/self/exe", path)
}

func copyFile(t *testing.T, path, into string) {
	t.Helper()
	from, err := os.Open(path)
	require.NoError(t, err)
	defer from.Close()
	to, err := os.OpenFile(into, os.O_CREATE|os.O_WRONLY, 0o755)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
}

// box is a backend with one lease in it.
type box struct {
	t *testing.T
	*Backend
	lease backend.Lease
}

func newBox(t *testing.T, cfg Config) *box {
	t.Helper()
	b, err := New(cfg)
	require.NoError(t, err)
	x := &box{t, b, backend.Lease{ChainID: "local-1", ID: 7, Provider: "p", Owner: "o"}}
	t.Cleanup(func() {
		require.NoError(t, x.Delete(context.Background(), x.lease))
		require.NoError(t, x.Close())
	})
	return x
}

func program(name string, args ...string) manifest.Service {
	return manifest.Service{Name: name, Image: "local/test", Command: []string{"/bin/workload"}, Args: args, Count: 1,
		Restart: manifest.RestartNever, Resources: manifest.Resources{CPUMilli: 500, MemoryBytes: 64 << 20}}
}

func (x *box) run(services ...manifest.Service) {
	x.t.Helper()
	require.NoError(x.t, x.Ensure(x.t.Context(), x.lease, backend.Spec{Generation: 1,
		Group: manifest.Group{Name: "g", Services: services}}))
}

// until waits until the lease is observed as cond wants it.
func (x *box) until(cond func(backend.Observed) bool) backend.Observed {
	x.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.NewTimer(30 * time.Second)
	defer end.Stop()
	for {
		o, err := x.Observe(x.t.Context(), x.lease)
		require.NoError(x.t, err)
		if cond(o) {
			return o
		}
		select {
		case <-tick.C:
		case <-end.C:
			x.t.Fatalf("last seen: %+v", o)
		}
	}
}

func (x *box) reach(s backend.State) backend.Observed {
	x.t.Helper()
	return x.until(func(o backend.Observed) bool { return o.State == s })
}

// printed is everything a service printed.
func (x *box) printed(service string) string {
	x.t.Helper()
	var b strings.Builder
	require.NoError(x.t, x.Logs(x.t.Context(), x.lease, backend.LogQuery{Service: service}, func(l backend.LogLine) error {
		_, err := fmt.Fprintln(&b, l.Text)
		return err
	}))
	return b.String()
}

func TestIsolation(t *testing.T) {
	x := newBox(t, quick(t))
	attempts := []string{"mount", "unshare", "ptrace", "chroot", "setuid", "mknod", "vsock", "keyctl"}
	x.run(program("jail", append([]string{"status", "then", "list", "/proc", "then", "list", "/", "then", "write", "/tmp/x", "y", "then",
		"dial", "1.1.1.1:80", "then", "dial", "127.0.0.1:22", "then"}, strings.Split(strings.Join(attempts, " then "), " ")...)...),
		program("scribbler", "write", "/bin/x", "y"))
	x.reach(backend.StateFailed) // the jail ended well, the scribbler did not
	out := x.printed("jail")
	for _, a := range attempts {
		require.Contains(t, out, a+": ", "it was tried")
		require.NotContains(t, out, a+": done", "what isolation forbids did not work:\n%s", out)
	}
	require.Contains(t, out, "dial: ", "there is no way out")
	require.NotContains(t, out, "dial: done")
	for _, set := range []string{"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"} {
		require.Contains(t, out, set+":\t0000000000000000", "no capability is left")
	}
	require.Contains(t, out, "NoNewPrivs:\t1")
	require.Contains(t, out, "Seccomp:\t2")
	require.Contains(t, out, "NSpid:\t1\n", "it is alone")
	require.NotContains(t, out, "home", "the host's directories are not there")
	require.Contains(t, x.printed("scribbler"), "read-only file system")
}

func TestMemoryLimitIsEnforced(t *testing.T) {
	x := newBox(t, quick(t))
	x.run(program("glutton", "eat", "200"))
	require.Contains(t, x.reach(backend.StateFailed).Message, "memory")
}

func TestAFullVolumeEndsItsReplica(t *testing.T) {
	x := newBox(t, quick(t))
	s := program("hoarder", "write", "/data/file", strings.Repeat("x", 8192), "then", "stay")
	s.Volumes = []manifest.Volume{{Name: "data", Bytes: 4096, Mount: "/data", Persistent: true}}
	x.run(s)
	require.Contains(t, x.reach(backend.StateFailed).Message, "volume data holds")
}

func TestServicesReachEachOther(t *testing.T) {
	x := newBox(t, quick(t))
	api := program("api", "serve", "8080")
	api.Restart, api.Count = manifest.RestartAlways, 2
	api.Expose = []manifest.Expose{{Port: 8080, As: 80, Protocol: manifest.TCP, Services: []string{"caller"}}}
	x.run(api, program("caller", "get", "http://api/"), program("stranger", "get", "http://api/"))
	x.until(func(o backend.Observed) bool {
		return o.State == backend.StateRunning && o.Services[0].Ready == 2 && o.Services[1].Ready+o.Services[2].Ready == 0
	})
	require.Contains(t, x.printed("caller"), "hello from api-")
	require.NotContains(t, x.printed("stranger"), "hello", "a port is for the services it names")
}

func TestDatagramsArePublishedToo(t *testing.T) {
	x := newBox(t, quick(t))
	s := program("dns", "echo", "5353")
	s.Expose = []manifest.Expose{{Port: 5353, Protocol: manifest.UDP, Global: true}}
	x.run(s)
	o := x.reach(backend.StateRunning)
	c, err := net.Dial("udp", o.Services[0].Endpoints[0].Address)
	require.NoError(t, err)
	defer c.Close()
	buf := make([]byte, 100)
	x.until(func(backend.Observed) bool { // datagrams may be lost until the program listens
		_, err := c.Write([]byte("ping"))
		require.NoError(t, err)
		require.NoError(t, c.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
		n, err := c.Read(buf)
		return err == nil && string(buf[:n]) == "ping"
	})
}

func TestTheHostsOwnProgramsRunOnlyWhereAllowed(t *testing.T) {
	s := program("shell")
	s.Image, s.Command = "host", []string{"sh", "-c", "echo it is $(hostname); ls /"}
	cfg := quick(t)
	refused := newBox(t, cfg)
	require.ErrorIs(t, refused.Ensure(t.Context(), refused.lease, backend.Spec{Group: manifest.Group{Services: []manifest.Service{s}}}),
		backend.ErrRefused)
	cfg = quick(t)
	cfg.AllowHost = true
	x := newBox(t, cfg)
	x.run(s)
	x.reach(backend.StateCompleted)
	require.Contains(t, x.printed("shell"), "it is shell-0")
	require.NotContains(t, x.printed("shell"), "root", "only programs are shown")
}

func TestATerminalIsATerminal(t *testing.T) {
	x := newBox(t, quick(t))
	s := program("web", "stay")
	x.run(s)
	x.reach(backend.StateRunning)
	var out bytes.Buffer
	code, err := x.Exec(t.Context(), x.lease, backend.Exec{Service: "web", Command: []string{"/bin/workload", "tty"}, TTY: true, Stdout: &out})
	require.NoError(t, err)
	require.Zero(t, code)
	require.Equal(t, "0x0\r\ntty: done\r\n", out.String())
}

func TestASecondDaemonIsKeptOff(t *testing.T) {
	cfg := quick(t)
	newBox(t, cfg)
	_, err := New(cfg)
	require.ErrorIs(t, err, ErrConfig)
	require.ErrorContains(t, err, "in use by another daemon")
}

// A supervisor that dies takes its replicas with it and is replaced by the next daemon, or the next Ensure.
func TestADeadSupervisorIsReplaced(t *testing.T) {
	cfg := quick(t)
	x := newBox(t, cfg)
	s := program("web", "serve", "8080")
	s.Restart = manifest.RestartAlways
	s.Expose = []manifest.Expose{{Port: 8080, Protocol: manifest.TCP, Global: true}}
	x.run(s)
	before := x.reach(backend.StateRunning)
	keys, err := x.store.Keys()
	require.NoError(t, err)
	require.NoError(t, x.killSupervisor(keys[0]))
	require.NotEmpty(t, x.reach(backend.StateUnknown).Message, "nothing is said to run that does not")
	x.run(s)
	after := x.reach(backend.StateRunning)
	require.Equal(t, before.Services[0].Endpoints, after.Services[0].Endpoints, "the address stays")
	require.Equal(t, uint64(1), after.Services[0].Restarts)
	c, err := net.Dial("tcp", after.Services[0].Endpoints[0].Address)
	require.NoError(t, err)
	require.NoError(t, c.Close())
}
