package root_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/virtengine/virtengine/chain/cmd/virtengine/root"
)

// TestMain lets the stories run virtengine inside this test binary.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"virtengine": func() { os.Exit(root.Run(os.Args[1:])) },
	})
}

func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("VIRTENGINE_HOME", e.WorkDir+"/node")
			e.Setenv("VIRTENGINE_KEYRING_BACKEND", "test")
			return freePorts(e, "P2P", "RPC", "GRPC", "API")
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await": await,
			"field": field,
		},
	})
}

// freePorts sets each name to a port nobody listened on a moment ago.
func freePorts(e *testscript.Env, names ...string) error {
	var held []net.Listener
	for _, name := range names {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		held = append(held, l)
		e.Setenv(name, fmt.Sprint(l.Addr().(*net.TCPAddr).Port))
	}
	for _, l := range held {
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

// await PATTERN COMMAND... repeats a command until its output matches the pattern, for a minute at most.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: await pattern command...")
	}
	wanted := regexp.MustCompile(args[0])
	deadline := time.After(time.Minute)
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		cmd := exec.Command(args[1], args[2:]...)
		cmd.Env = environment(ts)
		out, err := cmd.CombinedOutput()
		if err == nil && wanted.Match(out) {
			return
		}
		select {
		case <-again.C:
		case <-deadline:
			ts.Fatalf("no %q after a minute of %v: %v\n%s", args[0], args[1:], err, out)
		}
	}
}

// field NAME VARIABLE FILE sets a variable to the value of the first line "NAME: value" of a file.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: field name variable file")
	}
	for _, line := range strings.Split(ts.ReadFile(args[2]), "\n") {
		if name, value, ok := strings.Cut(strings.TrimLeft(line, " -"), ":"); ok && name == args[0] {
			ts.Setenv(args[1], strings.Trim(strings.TrimSpace(value), `"`))
			return
		}
	}
	ts.Fatalf("%s has no field %s", args[2], args[0])
}

func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{"HOME", "PATH", "VIRTENGINE_HOME", "VIRTENGINE_KEYRING_BACKEND", "VIRTENGINE_NODE", "TMPDIR"} {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}
