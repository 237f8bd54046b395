// Command workload is what the example manifests run: a web server, a batch job, and a service that keeps a counter on
// its volume. It is one static binary, so that its image holds nothing else.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const usage = `usage: workload web | batch ROUNDS | counter FILE

  web           serves a page on port 8080
  batch ROUNDS  hashes a message ROUNDS times, prints the result and ends
  counter FILE  serves on port 8080 how often it was asked, and keeps the count in FILE
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "web":
		return serve(page())
	case len(args) == 2 && args[0] == "batch":
		return batch(args[1])
	case len(args) == 2 && args[0] == "counter":
		return serve((&counter{path: args[1]}).ServeHTTP)
	}
	return errors.New(usage)
}

func serve(handler http.HandlerFunc) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: ":8080", Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	fmt.Println("listening on port 8080")
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		fmt.Println("stopping")
		deadline, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(deadline)
	}
}

// page tells what the workload sees of its surroundings, so that a reader can judge its isolation.
func page() http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		host, err := os.Hostname()
		if err != nil {
			host = err.Error()
		}
		writable := os.WriteFile("/written", nil, 0o600)
		processes, err := filepath.Glob("/proc/[0-9]*")
		if err != nil {
			processes = nil
		}
		fmt.Fprintf(w, "Hello from a lease on VirtEngine.\n\nhost name: %s\nprocess id: %d\nvisible processes: %d\nroot is read-only: %t\n",
			host, os.Getpid(), len(processes), writable != nil)
	}
}

func batch(rounds string) error {
	n, err := strconv.ParseUint(rounds, 10, 32)
	if err != nil {
		return fmt.Errorf("rounds: %w", err)
	}
	sum := sha256.Sum256([]byte("VirtEngine"))
	for range n {
		sum = sha256.Sum256(sum[:])
	}
	fmt.Printf("%d rounds: %x\n", n, sum)
	return nil
}

type counter struct {
	mu   sync.Mutex
	path string
}

func (c *counter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	n, err := c.next()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, n)
}

func (c *counter) next() (uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	//ve:allow filepaths alone in its sandbox, on the volume its manifest asks for
	text, err := os.ReadFile(c.path)
	if errors.Is(err, os.ErrNotExist) {
		text = []byte("0")
	} else if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", c.path, err)
	}
	// A rename replaces the count whole: a crash leaves the old one or the new one.
	//ve:allow filepaths alone in its sandbox, on the volume its manifest asks for
	if err := os.WriteFile(c.path+".new", []byte(strconv.FormatUint(n+1, 10)), 0o600); err != nil {
		return 0, err
	}
	//ve:allow filepaths alone in its sandbox, on the volume its manifest asks for
	return n + 1, os.Rename(c.path+".new", c.path)
}
