// Package workload is the program that contract tests run as a tenant's. A test binary is its own workload: copied into
// an image under the name "workload" it becomes this program, so that no compiler and no network is needed. In the
// in-memory backend the same code runs as goroutines over a World of its own.
package workload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// World is what the program sees of where it runs.
type World interface {
	Hostname() (string, error)
	Listen(port string) (net.Listener, error)
	ReadFile(path string) ([]byte, error)
	WriteFile(path string, data []byte) error
	ReadDir(path string) ([]string, error)
	// Busy uses the processor for at most d, or until ctx ends.
	Busy(ctx context.Context, d time.Duration)
}

// Init runs the program and ends the process, when the process was started as the workload.
func Init() {
	if filepath.Base(os.Args[0]) != "workload" {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGTERM)
	code := Run(ctx, System{}, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Run runs commands separated by "then", until one fails, and returns the exit code.
func Run(ctx context.Context, w World, args []string, in io.Reader, out, errs io.Writer) int {
	for len(args) > 0 {
		n := 0
		for n < len(args) && args[n] != "then" {
			n++
		}
		if code := one(ctx, w, args[:n], in, out, errs); code != 0 {
			return code
		}
		args = args[min(n+1, len(args)):]
	}
	return 0
}

func one(ctx context.Context, w World, args []string, in io.Reader, out, errs io.Writer) int {
	if len(args) == 0 {
		return 0
	}
	arg := func(i int) string {
		if i < len(args) {
			return args[i]
		}
		return ""
	}
	var err error
	switch args[0] {
	case "serve": // PORT: a web server that tells where it runs
		err = serve(ctx, w, arg(1), out)
	case "print": // TEXT...
		_, err = fmt.Fprintln(out, strings.Join(args[1:], " "))
	case "complain": // TEXT... on standard error
		_, err = fmt.Fprintln(errs, strings.Join(args[1:], " "))
	case "write": // FILE TEXT
		err = w.WriteFile(arg(1), []byte(arg(2)))
	case "read": // FILE
		var data []byte
		if data, err = w.ReadFile(arg(1)); err == nil {
			_, err = fmt.Fprintln(out, string(data))
		}
	case "list": // DIR
		var names []string
		if names, err = w.ReadDir(arg(1)); err == nil {
			_, err = fmt.Fprintln(out, strings.Join(names, " "))
		}
	case "hostname":
		var name string
		if name, err = w.Hostname(); err == nil {
			_, err = fmt.Fprintln(out, name)
		}
	case "copy": // standard input to output
		_, err = io.Copy(out, in)
	case "busy": // DURATION of processor time
		var d time.Duration
		if d, err = time.ParseDuration(arg(1)); err == nil {
			w.Busy(ctx, d)
		}
	case "stay": // until asked to end
		<-ctx.Done()
	case "exit": // CODE
		code, err := strconv.Atoi(arg(1))
		if err == nil {
			return code
		}
	default:
		return probe(args, out, errs)
	}
	if err != nil {
		fmt.Fprintln(errs, err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, w World, port string, out io.Writer) error {
	l, err := w.Listen(port)
	if err != nil {
		return err
	}
	name, err := w.Hostname()
	if err != nil {
		return err
	}
	srv := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Connection", "close") // so that every visit is a connection, and replicas take turns
		fmt.Fprintf(rw, "hello from %s\n", name)
	})}
	stop := context.AfterFunc(ctx, func() { srv.Close() })
	defer stop()
	fmt.Fprintln(out, "serving", port)
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// System is the World of a process.
type System struct{}

// Hostname implements World.
func (System) Hostname() (string, error) { return os.Hostname() }

// Listen implements World.
func (System) Listen(port string) (net.Listener, error) { return net.Listen("tcp", ":"+port) }

// ReadFile implements World.
func (System) ReadFile(path string) ([]byte, error) {
	//ve:allow filepaths it stands for a tenant's program, alone in its sandbox
	return os.ReadFile(path)
}

// WriteFile implements World.
func (System) WriteFile(path string, data []byte) error {
	//ve:allow filepaths it stands for a tenant's program, alone in its sandbox
	return os.WriteFile(path, data, 0o644)
}

// ReadDir implements World.
func (System) ReadDir(path string) ([]string, error) {
	//ve:allow filepaths it stands for a tenant's program, alone in its sandbox
	entries, err := os.ReadDir(path)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// Busy implements World.
func (System) Busy(ctx context.Context, d time.Duration) {
	var began, now unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &began) != nil {
		return
	}
	for ctx.Err() == nil {
		for i := range 1 << 20 {
			sink += i
		}
		if unix.Getrusage(unix.RUSAGE_SELF, &now) != nil || now.Utime.Nano()-began.Utime.Nano() > d.Nanoseconds() {
			return
		}
	}
}

// sink keeps the loop of Busy.
var sink int
