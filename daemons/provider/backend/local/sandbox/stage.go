package sandbox

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/seccomp"
)

// Stage is what the replica's first process does. The calling thread must be locked. It returns only when it failed, with
// the reason told to the supervisor.
func Stage() error {
	report := os.NewFile(fdReport, "report")
	err := stage(report)
	if err != nil {
		if _, e := fmt.Fprintln(report, strings.ReplaceAll(err.Error(), "\n", "; ")); e != nil {
			return e
		}
	}
	return err
}

func stage(report *os.File) error {
	orders := bufio.NewReader(os.NewFile(fdOrders, "orders"))
	line, err := orders.ReadBytes('\n')
	if err != nil {
		return err
	}
	var c Config
	if err := json.Unmarshal(line, &c); err != nil {
		return err
	}
	if err := buildRoot(c); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(c.Hostname)); err != nil {
		return fmt.Errorf("host name %q: %w", c.Hostname, err)
	}
	filter, err := seccomp.Filter()
	if err != nil {
		return err
	}
	path, err := lookPath(c.Argv[0], c.Env, c.WorkDir)
	if err != nil {
		return err
	}
	if _, err := report.WriteString("ready\n"); err != nil {
		return err
	}
	// From here on the replica's limits hold. The namespace of cgroups is made only now, since it begins at the group
	// one is in.
	if _, err := orders.ReadString('\n'); err != nil {
		return err
	}
	if c.OwnCgroup {
		if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
			return fmt.Errorf("cgroup namespace: %w", err)
		}
	}
	if err := limit(c); err != nil {
		return err
	}
	if err := dropPrivileges(); err != nil {
		return err
	}
	if err := unix.Chdir(c.WorkDir); err != nil {
		return fmt.Errorf("working directory %s: %w", c.WorkDir, err)
	}
	unix.Umask(0o022)
	if err := seccomp.Install(filter); err != nil {
		return err
	}
	//ve:allow command this process becomes the tenant's program, in its sandbox and without any right
	return fmt.Errorf("%s: %w", path, unix.Exec(path, c.Argv, c.Env))
}

// lookPath finds a program inside the new root.
func lookPath(name string, env []string, dir string) (string, error) {
	paths := candidates(name, env, dir)
	for _, p := range paths {
		//ve:allow filepaths the root directory is the tenant's own by now
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return p, nil
		}
	}
	return "", fmt.Errorf("no such program: %s", strings.Join(paths, ", "))
}

func limit(c Config) error {
	limits := []struct {
		what  int
		value uint64
	}{{unix.RLIMIT_CORE, 0}, {unix.RLIMIT_AS, c.AddressBytes}, {unix.RLIMIT_NPROC, c.Processes}}
	for _, l := range limits {
		if l.value == 0 && l.what != unix.RLIMIT_CORE {
			continue
		}
		if err := unix.Setrlimit(l.what, &unix.Rlimit{Cur: l.value, Max: l.value}); err != nil {
			return fmt.Errorf("resource limit %d: %w", l.what, err)
		}
	}
	return nil
}

// dropPrivileges gives up every capability for good, in all sets, so that neither a set-id program nor user 0 gets one
// back, and ties the replica's life to its supervisor's.
func dropPrivileges() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return fmt.Errorf("ambient capabilities: %w", err)
	}
	for c := uintptr(0); ; c++ {
		err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0)
		if err == unix.EINVAL { // past the last one this kernel knows
			break
		}
		if err != nil {
			return fmt.Errorf("capability %d: %w", c, err)
		}
	}
	// A session keyring of its own, since keys are in no namespace.
	if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err != nil && err != unix.ENOSYS {
		return fmt.Errorf("keyring: %w", err)
	}
	none := [2]unix.CapUserData{}
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
		return fmt.Errorf("capabilities: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return fmt.Errorf("end with the supervisor: %w", err)
	}
	return nil
}
