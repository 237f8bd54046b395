package gateway

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/coder/websocket"
)

// maxFrame bounds one message of a stream, in bytes.
const maxFrame = 1 << 20

// LogQuery chooses log lines.
type LogQuery struct {
	Service string // empty: all
	Tail    int    // the last so many lines of each replica; 0: all kept
	Follow  bool   // until ctx ends
}

// Logs streams a lease's log lines.
func (c *Client) Logs(ctx context.Context, lease uint64, q LogQuery, yield func(LogLine) error) error {
	u := c.lease(lease, "logs")
	u.RawQuery = url.Values{"service": {q.Service}, "tail": {strconv.Itoa(q.Tail)}, "follow": {strconv.FormatBool(q.Follow)}}.Encode()
	conn, err := c.dial(ctx, u)
	if err != nil {
		return err
	}
	defer conn.CloseNow() // the stream is over either way
	for {
		_, message, err := conn.Read(ctx)
		if websocket.CloseStatus(err) == websocket.StatusNormalClosure {
			return nil
		}
		if err != nil {
			return err
		}
		var line LogLine
		if err := json.Unmarshal(message, &line); err != nil {
			return fmt.Errorf("log line: %w", err)
		}
		if err := yield(line); err != nil {
			return err
		}
	}
}

// Size is a terminal's size in characters.
type Size struct{ Columns, Rows uint16 }

// Shell is a command to run in a replica.
type Shell struct {
	Service string
	Replica uint32
	Command []string
	TTY     bool
	Stdin   io.Reader // nil: closed
	Stdout  io.Writer
	Stderr  io.Writer
	Resize  <-chan Size // nil without TTY
}

// Shell runs a command in a replica and returns its exit code.
func (c *Client) Shell(ctx context.Context, lease uint64, s Shell) (int, error) {
	u := c.lease(lease, "shell")
	query := url.Values{
		"service": {s.Service}, "podIndex": {strconv.FormatUint(uint64(s.Replica), 10)},
		"tty": {flag(s.TTY)}, "stdin": {flag(s.Stdin != nil)},
	}
	for i, arg := range s.Command {
		query.Set("cmd"+strconv.Itoa(i), arg)
	}
	u.RawQuery = query.Encode()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conn, err := c.dial(ctx, u)
	if err != nil {
		return 0, err
	}
	defer conn.CloseNow() // the command is over either way
	if s.Stdin != nil {
		go sendInput(ctx, conn, s.Stdin)
	}
	if s.Resize != nil {
		go sendSizes(ctx, conn, s.Resize)
	}
	return receive(ctx, conn, s)
}

func receive(ctx context.Context, conn *websocket.Conn, s Shell) (int, error) {
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			return 0, fmt.Errorf("shell ended without a result: %w", err)
		}
		if len(message) == 0 {
			return 0, errors.New("shell: empty frame")
		}
		payload := message[1:]
		switch message[0] {
		case FrameStdout:
			_, err = s.Stdout.Write(payload)
		case FrameStderr:
			_, err = s.Stderr.Write(payload)
		case FrameResult:
			var result ShellResult
			if err := json.Unmarshal(payload, &result); err != nil {
				return 0, fmt.Errorf("shell result: %w", err)
			}
			return result.ExitCode, nil
		case FrameFailure:
			return 0, refusal(http.StatusInternalServerError, payload)
		default:
			err = fmt.Errorf("shell: unknown frame %d", message[0])
		}
		if err != nil {
			return 0, err
		}
	}
}

// sendInput ends with the input or with the connection, whose reader then reports why.
func sendInput(ctx context.Context, conn *websocket.Conn, stdin io.Reader) {
	buf := make([]byte, 1+32<<10)
	buf[0] = FrameStdin
	for {
		n, err := stdin.Read(buf[1:])
		if n > 0 && conn.Write(ctx, websocket.MessageBinary, buf[:1+n]) != nil {
			return
		}
		if err != nil {
			if conn.Write(ctx, websocket.MessageBinary, buf[:1]) != nil {
				return
			}
			return
		}
	}
}

func sendSizes(ctx context.Context, conn *websocket.Conn, sizes <-chan Size) {
	for {
		select {
		case <-ctx.Done():
			return
		case size, ok := <-sizes:
			if !ok {
				return
			}
			frame := binary.BigEndian.AppendUint16([]byte{FrameResize}, size.Columns)
			if conn.Write(ctx, websocket.MessageBinary, binary.BigEndian.AppendUint16(frame, size.Rows)) != nil {
				return
			}
		}
	}
}

func (c *Client) dial(ctx context.Context, u *url.URL) (*websocket.Conn, error) {
	token, err := c.token()
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	conn, res, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{
		HTTPClient: c.http, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
	})
	if err != nil {
		if res == nil || res.Body == nil {
			return nil, err
		}
		body, readErr := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
		return nil, errors.Join(refusal(res.StatusCode, body), readErr)
	}
	conn.SetReadLimit(maxFrame)
	return conn, nil
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
