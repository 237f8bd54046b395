package gateway

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"

	wire "github.com/virtengine/virtengine/chain/client/gateway"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// maxArgs bounds a shell's command.
const maxArgs = 128

func (g *Gateway) shell(w http.ResponseWriter, r *http.Request, id uint64) error {
	executor, ok := g.deps.Backend.(backend.Executor)
	if !ok {
		return errNotOffered
	}
	command, err := shellCommand(r)
	if err != nil {
		return err
	}
	target, err := g.target(r, id)
	if err != nil {
		return err
	}
	// Who ran something is kept, what they typed is not.
	g.deps.Log.InfoContext(r.Context(), "shell opened", "lease", id, "service", command.Service, "replica", command.Replica)
	defer g.deps.Log.InfoContext(r.Context(), "shell closed", "lease", id)
	return g.stream(w, r, id, func(ctx context.Context, conn *websocket.Conn) error {
		return runShell(ctx, conn, executor, target, command, r.URL.Query().Get("stdin") == "1")
	})
}

func shellCommand(r *http.Request) (backend.Exec, error) {
	values := r.URL.Query()
	e := backend.Exec{Service: values.Get("service"), TTY: values.Get("tty") == "1"}
	if text := values.Get("podIndex"); text != "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return e, fmt.Errorf("%w: podIndex %q, want a replica's number", errBadQuery, text)
		}
		e.Replica = uint32(n)
	}
	for i := range maxArgs {
		arg, ok := values["cmd"+strconv.Itoa(i)]
		if !ok {
			break
		}
		e.Command = append(e.Command, arg[0])
	}
	if e.Service == "" || len(e.Command) == 0 {
		return e, fmt.Errorf("%w: want service and cmd0, cmd1, ...", errBadQuery)
	}
	return e, nil
}

func runShell(ctx context.Context, conn *websocket.Conn, executor backend.Executor, target backend.Lease, e backend.Exec, stdin bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	idle := time.AfterFunc(shellIdle, cancel)
	defer idle.Stop()

	out := &frames{ctx: ctx, conn: conn, touch: func() { idle.Reset(shellIdle) }}
	e.Stdout, e.Stderr = out.writer(wire.FrameStdout), out.writer(wire.FrameStderr)
	input, feed := io.Pipe()
	sizes := make(chan backend.Size, 1)
	if stdin {
		e.Stdin = input
	}
	if e.TTY {
		e.Resize = sizes
	}
	var reading sync.WaitGroup
	reading.Go(func() {
		// Whatever ends the reading, a gone client included, ends the command.
		defer cancel()
		err := readFrames(ctx, conn, feed, sizes, out.touch)
		feed.CloseWithError(err)
	})
	code, err := executor.Exec(ctx, target, e)
	input.CloseWithError(io.EOF)
	if err != nil {
		_, problem := describe(err)
		err = out.send(wire.FrameFailure, problem)
	} else {
		err = out.send(wire.FrameResult, wire.ShellResult{ExitCode: code})
	}
	cancel()
	reading.Wait()
	return err
}

// readFrames feeds the command until the client closes.
func readFrames(ctx context.Context, conn *websocket.Conn, feed *io.PipeWriter, sizes chan backend.Size, touch func()) error {
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		touch()
		switch {
		case len(message) == 0:
			return fmt.Errorf("%w: empty frame", errBadQuery)
		case message[0] == wire.FrameStdin && len(message) == 1:
			if err := feed.Close(); err != nil {
				return err
			}
		case message[0] == wire.FrameStdin:
			if _, err := feed.Write(message[1:]); err != nil {
				continue // the command reads no more; it may still print
			}
		case message[0] == wire.FrameResize && len(message) == 5:
			size := backend.Size{Columns: binary.BigEndian.Uint16(message[1:]), Rows: binary.BigEndian.Uint16(message[3:])}
			select {
			case sizes <- size:
			case <-sizes: // an older size nobody took
				sizes <- size
			}
		default:
			return fmt.Errorf("%w: frame %d of %d bytes", errBadQuery, message[0], len(message))
		}
	}
}

// frames writes a command's output, one message a write.
type frames struct {
	ctx   context.Context // of the stream, which this lives in
	conn  *websocket.Conn
	touch func()
	mu    sync.Mutex
}

type frameWriter struct {
	*frames
	code byte
}

func (f *frames) writer(code byte) io.Writer { return frameWriter{f, code} }

func (w frameWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.touch()
	if err := write(w.ctx, w.conn, websocket.MessageBinary, append([]byte{w.code}, p...)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (f *frames) send(code byte, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = f.writer(code).Write(body)
	return err
}
