package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/seccomp"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/spawn"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/safemath"
)

// Command is one more program for a replica that runs.
type Command struct {
	Argv       []string `json:"argv"`
	Env        []string `json:"env"`
	WorkDir    string   `json:"work_dir"`
	UID        uint32   `json:"uid"` // inside
	GID        uint32   `json:"gid"` // inside
	TTY        bool     `json:"tty"`
	DropGroups bool     `json:"drop_groups"`
	Joins      int      `json:"joins"` // namespaces passed along
}

// joined are the namespaces of a replica, in the order of joining: rights in the others come with the first.
var joined = []string{"user", "cgroup", "ipc", "uts", "net", "pid", "mnt"}

const fdJoin = 5 // the first of joined

// Join runs a command in the replica whose first process is pid, with its namespaces, limits and lack of rights.
// limit puts the new process under the replica's limits; it is called before anything of the tenant's runs.
// The answer is the process whose end is the command's end, and whose exit code is its own.
func Join(pid int, c Command, stdio [3]*os.File, limit func(pid int) error) (*os.Process, error) {
	groups, err := canDropGroups()
	if err != nil {
		return nil, err
	}
	c.DropGroups = groups
	ordersR, ordersW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer ordersR.Close()
	reportR, reportW, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, ordersW.Close())
	}
	defer reportR.Close()
	files := []*os.File{stdio[0], stdio[1], stdio[2], ordersR, reportW}
	defer func() {
		for _, f := range files[fdJoin:] {
			f.Close() // opened for the child
		}
	}()
	for _, ns := range joined {
		f, err := paths.OpenNamespace(pid, ns)
		if err != nil {
			return nil, errors.Join(err, ordersW.Close(), reportW.Close())
		}
		files = append(files, f)
		if own, err := ourNamespace(f, ns); err != nil {
			return nil, errors.Join(err, ordersW.Close(), reportW.Close())
		} else if own {
			files = files[:len(files)-1] // without cgroups it has none of its own, and ours may not be entered again
			f.Close()
		}
	}
	c.Joins = len(files) - fdJoin
	p, err := spawn.Start(spawn.Self, spawn.Argv(spawn.StageEnter), files, &syscall.SysProcAttr{Setsid: true})
	closed := reportW.Close()
	if err := errors.Join(err, closed); err != nil {
		return nil, errors.Join(err, ordersW.Close())
	}
	err = limit(p.Pid)
	if err == nil {
		err = json.NewEncoder(ordersW).Encode(c)
	}
	err = errors.Join(err, ordersW.Close())
	if err == nil {
		var report []byte
		if report, err = io.ReadAll(reportR); err == nil && len(report) > 0 {
			err = fmt.Errorf("%w: %s", ErrStart, strings.TrimSpace(string(report)))
		}
	}
	if err == nil {
		return p, nil
	}
	if kill := p.Kill(); kill != nil && !errors.Is(kill, os.ErrProcessDone) {
		err = errors.Join(err, kill)
	}
	_, wait := p.Wait()
	return nil, errors.Join(err, wait)
}

func ourNamespace(f *os.File, name string) (bool, error) {
	theirs, err := f.Stat()
	if err != nil {
		return false, err
	}
	f, err = paths.OpenNamespace(os.Getpid(), name)
	if err != nil {
		return false, err
	}
	ours, err := f.Stat()
	return err == nil && os.SameFile(theirs, ours), errors.Join(err, f.Close())
}

// Enter is the stage that Join starts. The calling thread must be locked.
func Enter() error {
	report := os.NewFile(fdReport, "report")
	code, err := enter(report)
	if err != nil {
		_, told := fmt.Fprintln(report, err)
		return errors.Join(err, told)
	}
	os.Exit(code)
	return nil
}

func enter(report *os.File) (int, error) {
	orders := os.NewFile(fdOrders, "orders")
	var c Command
	if err := json.NewDecoder(orders).Decode(&c); err != nil {
		return 0, err
	}
	if len(c.Argv) == 0 {
		return 0, errors.New("the command is empty")
	}
	if err := limit(Config{}); err != nil {
		return 0, err
	}
	child, err := prepareChild(c)
	if err != nil {
		return 0, err
	}
	unix.Umask(0o022)
	debug.SetGCPercent(-1) // the child has this memory but not the threads that collect it
	joiner := child.fork()
	if joiner.errno != 0 {
		return 0, fmt.Errorf("fork: %w", joiner.errno)
	}
	if err := report.Close(); err != nil {
		return 0, err
	}
	return waitOthers(joiner.pid)
}

// waitOthers waits for the process that the joiner left to us.
func waitOthers(joiner int) (int, error) {
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return 125, nil // the joiner failed and has told why
		case pid == joiner:
		case ws.Signaled():
			return 128 + int(ws.Signal()), nil
		case ws.Exited():
			return ws.ExitStatus(), nil
		}
	}
}

// candidates are the paths a name may mean, as a shell searches.
func candidates(name string, env []string, dir string) []string {
	if strings.Contains(name, "/") {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return []string{name}
	}
	search := "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, e := range env {
		if p, ok := strings.CutPrefix(e, "PATH="); ok {
			search = p
		}
	}
	var out []string
	for _, d := range filepath.SplitList(search) {
		out = append(out, filepath.Join(d, name))
	}
	return out
}

func prepareChild(c Command) (*child, error) {
	filter, err := seccomp.Filter()
	if err != nil {
		return nil, err
	}
	length, err := safemath.To[uint16](len(filter))
	if err != nil {
		return nil, err
	}
	ch := &child{joins: c.Joins, uid: uintptr(c.UID), gid: uintptr(c.GID), tty: c.TTY, dropGroups: c.DropGroups}
	ch.program = unix.SockFprog{Len: length, Filter: &filter[0]}
	for _, p := range candidates(c.Argv[0], c.Env, c.WorkDir) {
		b, err := unix.BytePtrFromString(p)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", p, err)
		}
		ch.paths = append(ch.paths, b)
	}
	if ch.argv, err = syscall.SlicePtrFromStrings(c.Argv); err != nil {
		return nil, fmt.Errorf("command: %w", err)
	}
	if ch.env, err = syscall.SlicePtrFromStrings(c.Env); err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	if ch.dir, err = unix.BytePtrFromString(c.WorkDir); err != nil {
		return nil, fmt.Errorf("working directory: %w", err)
	}
	return ch, nil
}
