package exec_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/exec"
)

// The programs of these tests are the test's own binary, which sees by its first argument what it is to be.
const child = "child-of-the-test"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == child {
		// Not os.Exit, which says something of its own when coverage is measured.
		if err := play(os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			syscall.Exit(1)
		}
		syscall.Exit(0)
	}
	os.Exit(m.Run())
}

// seen is what a child sees of itself.
type seen struct {
	Args        []string
	Env         []string
	Dir         string
	Descriptors []string
	Status      map[string]string // of /proc/self/status
	Session     bool              // it leads one
}

func play(role string, args []string) error {
	switch role {
	case "look":
		return look()
	case "cat":
		_, err := io.Copy(os.Stdout, os.Stdin)
		return err
	case "exit":
		code, err := strconv.Atoi(args[0])
		fmt.Print("printed before")
		fmt.Fprint(os.Stderr, "complained\x1b[2J before")
		if err == nil {
			syscall.Exit(code)
		}
		return err
	case "flood":
		for {
			if _, err := os.Stdout.WriteString(strings.Repeat("flood ", 1000)); err != nil {
				return err
			}
		}
	case "die":
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "hang", "polite", "stubborn":
		return hang(role)
	case "tree", "leave":
		return family(role, len(args))
	case "escape":
		return escape()
	case "parent":
		return parent()
	}
	return fmt.Errorf("no such role: %s", role)
}

func look() error {
	s := seen{Args: os.Args, Env: os.Environ(), Status: map[string]string{}}
	var err error
	if s.Dir, err = os.Getwd(); err != nil {
		return err
	}
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(raw)) {
		key, value, _ := strings.Cut(line, ":")
		s.Status[key] = strings.TrimSpace(value)
	}
	for fd := range 64 { // the runtime's own come later, or are found by what they are
		target, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
		if err == nil && !strings.HasPrefix(target, "anon_inode:") && !strings.Contains(target, "cgroup") {
			s.Descriptors = append(s.Descriptors, fmt.Sprint(fd))
		}
	}
	sid, err := unix.Getsid(0)
	if err != nil {
		return err
	}
	s.Session = sid == os.Getpid()
	return json.NewEncoder(os.Stdout).Encode(s)
}

// hang never ends by itself.
func hang(role string) error {
	if role == "stubborn" {
		signal.Ignore(syscall.SIGTERM)
	}
	if role == "polite" {
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		fmt.Println("ready")
		<-asked
		fmt.Println("bye")
		return nil
	}
	fmt.Println("ready")
	for {
		if err := unix.Pause(); err != nil && err != unix.EINTR {
			return err
		}
	}
}

// family starts a child that starts another. All hold descriptor 3 open, by which the test sees that any is left, and
// none minds SIGTERM. Of a "leave" family the first ends when the others are there.
func family(role string, depth int) error {
	signal.Ignore(syscall.SIGTERM)
	argv := []string{os.Args[0], child, "stubborn"}
	if depth == 0 {
		argv = []string{os.Args[0], child, role, "deeper"}
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	files := []*os.File{os.Stdin, w, os.Stderr, os.NewFile(3, "held")}
	if _, err := os.StartProcess("/proc/self/exe", argv, &os.ProcAttr{Env: []string{}, Files: files}); err != nil {
		return err
	}
	if _, err := bufio.NewReader(r).ReadString('\n'); err != nil { // the descendants are there
		return err
	}
	if role == "leave" && depth == 0 {
		return nil
	}
	return hang("stubborn")
}

// escape leaves a process in a session of its own, which holds the output until descriptor 3 is at its end.
func escape() error {
	files := []*os.File{os.NewFile(3, "input"), os.Stdout, os.Stderr}
	_, err := os.StartProcess("/proc/self/exe", []string{os.Args[0], child, "cat"},
		&os.ProcAttr{Env: []string{}, Files: files, Sys: &syscall.SysProcAttr{Setsid: true}})
	return err
}

// parent starts a child through the package and dies without a word to it.
func parent() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	r, err := exec.NewRegistry(config(), exec.Program{Name: "child", File: self, Args: roles()})
	if err != nil {
		return err
	}
	_, err = r.Start(context.Background(), exec.Command{Program: "child", Args: []string{child, "stubborn"}, Stdout: os.Stdout, Files: []*os.File{os.NewFile(3, "held")}})
	if err != nil {
		return err
	}
	return hang("hang")
}

// roles is any role with any printable arguments.
func roles() exec.Pattern {
	return exec.Seq{exec.Word(child), exec.Identifier{}, exec.Repeat{Min: 0, Max: 100, Of: exec.Text{Max: exec.MaxArgument}}}
}

// config trusts whoever owns the root directory: in a user namespace that may be nobody.
func config() exec.Config {
	var st unix.Stat_t
	if err := unix.Stat("/", &st); err != nil {
		return exec.Config{}
	}
	return exec.Config{Owners: []uint32{st.Uid}}
}

// testBinary is the absolute path of this program.
func testBinary(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	return self
}

// children is a registry whose program "child" is the test's own binary.
func children(t testing.TB, env map[string]exec.Slot) *exec.Registry {
	t.Helper()
	r, err := exec.NewRegistry(config(), exec.Program{Name: "child", File: testBinary(t), Args: roles(), Env: env})
	require.NoError(t, err)
	return r
}

// long is longer than any test takes.
const long = 10 * time.Minute

// as is the command that plays a role.
func as(role string, args ...string) exec.Command {
	return exec.Command{Program: "child", Args: append([]string{child, role}, args...), Timeout: long}
}

// started is the same for Start.
func started(role string, args ...string) exec.Command {
	c := as(role, args...)
	c.Timeout = 0
	return c
}

// look runs a child and returns what it saw.
func lookAround(t testing.TB, r *exec.Registry, c exec.Command) seen {
	t.Helper()
	out, err := r.Run(t.Context(), c)
	require.NoError(t, err)
	var s seen
	require.NoError(t, json.Unmarshal(out.Stdout, &s))
	return s
}
