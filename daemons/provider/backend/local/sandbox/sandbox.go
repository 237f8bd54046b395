// Package sandbox builds the isolation of one replica and starts a program in it.
//
// The supervisor clones a process into new user, mount, pid, ipc, uts and network namespaces. That process, this same
// program at stage replica, builds its root from mounts handed to it, waits until it was put under its limits, gives up
// every privilege and becomes the tenant's program.
package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/spawn"
	"github.com/virtengine/virtengine/security/paths"
)

// ErrStart says that a program could not be started inside. The tenant may read why.
var ErrStart = errors.New("cannot start")

// Config is a replica.
type Config struct {
	Hostname string   `json:"hostname"`
	Argv     []string `json:"argv"`
	Env      []string `json:"env"`
	WorkDir  string   `json:"work_dir"`
	UID      uint32   `json:"uid"` // inside
	GID      uint32   `json:"gid"` // inside
	TmpBytes uint64   `json:"tmp_bytes"`
	// Mounts go into the root in order. Their targets exist in it and have no symbolic link on the way.
	Mounts []Mount `json:"mounts"`
	// AddressBytes and Processes are limits per process and user, for hosts without cgroups. Zero: none.
	AddressBytes uint64 `json:"address_bytes,omitempty"`
	Processes    uint64 `json:"processes,omitempty"`
	// OwnCgroup hides the host's cgroup paths.
	OwnCgroup bool `json:"own_cgroup,omitempty"`

	HostID uint32 `json:"-"` // user and group in the starter's user namespace
	// Root and the mounts' trees are detached mounts, from Tree or Overlay. Start does not close them.
	Root *os.File `json:"-"`
}

// Mount is a tree to put at Target.
type Mount struct {
	Target string   `json:"target"`
	Tree   *os.File `json:"-"`
}

// Process is a started replica.
type Process struct {
	PID    int
	Net    *os.File // its network namespace
	proc   *os.Process
	orders *os.File // to the stage
	report *os.File // from it
	answer *bufio.Reader
}

// descriptors that the stage finds beside stdin, stdout and stderr.
const (
	fdOrders = 3
	fdReport = 4
	fdRoot   = 5 // mounts follow
)

// Prepare starts the replica up to the point where its program would run. The caller puts the process under its
// limits and then calls Go or Kill. It must be called on a thread that lives as long as the replica may: the replica
// ends with it.
func Prepare(c Config, stdout, stderr *os.File) (*Process, error) {
	ordersR, ordersW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer ordersR.Close()
	reportR, reportW, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, ordersW.Close())
	}
	defer reportW.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, errors.Join(err, ordersW.Close(), reportR.Close())
	}
	defer null.Close()
	files := []*os.File{null, stdout, stderr, ordersR, reportW, c.Root}
	for _, m := range c.Mounts {
		files = append(files, m.Tree)
	}
	attr, err := attributes(c)
	if err != nil {
		return nil, errors.Join(err, ordersW.Close(), reportR.Close())
	}
	proc, err := spawn.Start(spawn.Self, spawn.Argv(spawn.StageReplica), files, attr)
	if err != nil {
		return nil, errors.Join(explain(err), ordersW.Close(), reportR.Close())
	}
	p := &Process{PID: proc.Pid, proc: proc, orders: ordersW, report: reportR, answer: bufio.NewReader(reportR)}
	p.Net, err = paths.OpenNamespace(p.PID, "net")
	if err == nil {
		err = json.NewEncoder(ordersW).Encode(c)
	}
	if err == nil {
		err = p.expect("ready\n")
	}
	if err != nil {
		return nil, errors.Join(err, p.discard())
	}
	return p, nil
}

// Go lets the program run. ErrStart when it cannot.
func (p *Process) Go() error {
	_, err := p.orders.WriteString("go\n")
	if err == nil {
		err = p.expect("") // the report ends when the program has taken the stage's place
	}
	if err != nil {
		return errors.Join(err, p.discard())
	}
	return errors.Join(p.orders.Close(), p.report.Close())
}

func (p *Process) expect(want string) error {
	got, err := p.answer.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case got == want:
		return nil
	case got == "":
		return fmt.Errorf("%w: it ended before it was ready", ErrStart)
	default:
		return fmt.Errorf("%w: %s", ErrStart, strings.TrimSpace(got))
	}
}

// Abandon ends a prepared replica instead of letting it run.
func (p *Process) Abandon() error { return p.discard() }

func (p *Process) discard() error {
	kill := p.proc.Kill()
	if errors.Is(kill, os.ErrProcessDone) {
		kill = nil
	}
	_, wait := p.proc.Wait()
	err := errors.Join(kill, wait, p.orders.Close(), p.report.Close())
	if p.Net != nil {
		err = errors.Join(err, p.Net.Close())
	}
	return err
}

// Wait waits for the end of the program, and so of everything inside.
func (p *Process) Wait() (*os.ProcessState, error) {
	state, err := p.proc.Wait()
	return state, errors.Join(err, p.Net.Close())
}

// Signal signals the program.
func (p *Process) Signal(s os.Signal) error {
	err := p.proc.Signal(s)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

func attributes(c Config) (*syscall.SysProcAttr, error) {
	groups, err := canDropGroups()
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC |
			unix.CLONE_NEWUTS | unix.CLONE_NEWNET,
		UidMappings:                []syscall.SysProcIDMap{{ContainerID: int(c.UID), HostID: int(c.HostID), Size: 1}},
		GidMappings:                []syscall.SysProcIDMap{{ContainerID: int(c.GID), HostID: int(c.HostID), Size: 1}},
		GidMappingsEnableSetgroups: groups,
		Credential:                 &syscall.Credential{Uid: c.UID, Gid: c.GID, NoSetGroups: !groups},
		// A user other than 0 loses its rights in the new namespaces at execve, unless they are ambient.
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SETPCAP, unix.CAP_SYS_CHROOT},
		Setsid:      true,
	}, nil
}

// canDropGroups says whether supplementary groups may be given up here: not in an ordinary user's namespace.
func canDropGroups() (bool, error) {
	b, err := paths.ReadKernel("/proc/self/setgroups")
	return strings.TrimSpace(string(b)) == "allow", err
}

// explain adds what to do to the errors of clone.
func explain(err error) error {
	switch {
	case errors.Is(err, unix.EPERM):
		return fmt.Errorf("%w: the kernel refuses a user namespace; hint: see sysctl kernel.unprivileged_userns_clone and "+
			"kernel.apparmor_restrict_unprivileged_userns, and do not run as an ordinary user in a chroot", err)
	case errors.Is(err, unix.ENOSPC):
		return fmt.Errorf("%w: the kernel has no namespace left; hint: raise sysctl user.max_user_namespaces", err)
	}
	return err
}
