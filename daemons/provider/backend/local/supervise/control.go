package supervise

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Request is what the daemon asks a supervisor. One connection carries one.
type Request struct {
	Op      string   `json:"op"` // reload or exec
	Service string   `json:"service,omitempty"`
	Replica uint32   `json:"replica,omitempty"`
	Command []string `json:"command,omitempty"`
	TTY     bool     `json:"tty,omitempty"`
}

// Answer is what comes back: one for reload; for exec one when the command runs and one with its end.
type Answer struct {
	Error string `json:"error,omitempty"`
	Exit  int    `json:"exit"`
}

// The operations.
const (
	OpReload = "reload"
	OpExec   = "exec"
)

func (s *supervisor) serve(l *net.UnixListener) {
	for {
		conn, err := l.AcceptUnix()
		if err != nil {
			s.log.Error("control", "error", err)
			time.Sleep(100 * time.Millisecond) // out of descriptors: those in use come back
			continue
		}
		go func() {
			defer conn.Close()
			s.answer(conn)
		}()
	}
}

func (s *supervisor) answer(conn *net.UnixConn) {
	req, files, err := receive(conn)
	defer func() {
		for _, f := range files {
			f.Close() // read or written by others; nothing of ours is lost
		}
	}()
	var a Answer
	switch {
	case err != nil:
		a.Error = err.Error()
	case req.Op == OpReload:
		if err := s.reload(); err != nil {
			a.Error = err.Error()
		}
	case req.Op == OpExec:
		a = s.exec(conn, req, files)
	default:
		a.Error = fmt.Sprintf("no operation %q", req.Op)
	}
	if err := reply(conn, a); err != nil {
		s.log.Error("answer", "op", req.Op, "error", err)
	}
}

func reply(conn *net.UnixConn, a Answer, files ...*os.File) error {
	data, err := json.Marshal(a)
	if err != nil {
		return err
	}
	var fds []int
	for _, f := range files {
		fds = append(fds, int(f.Fd()))
	}
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	_, _, err = conn.WriteMsgUnix(data, oob, nil)
	return err
}

// maxMessage bounds one message of the control socket.
const maxMessage = 128 << 10

// Receive reads one message into v, with the descriptors that came along.
func Receive(conn *net.UnixConn, v any) ([]*os.File, error) {
	buf, oob := make([]byte, maxMessage), make([]byte, unix.CmsgSpace(4*8))
	n, on, _, _, err := conn.ReadMsgUnix(buf, oob)
	if err != nil {
		return nil, err
	}
	msgs, err := unix.ParseSocketControlMessage(oob[:on])
	if err != nil {
		return nil, err
	}
	var files []*os.File
	for _, m := range msgs {
		fds, err := unix.ParseUnixRights(&m)
		if err != nil {
			return files, err
		}
		for _, fd := range fds {
			unix.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "passed"))
		}
	}
	return files, json.Unmarshal(buf[:n], v)
}

func receive(conn *net.UnixConn) (Request, []*os.File, error) {
	var r Request
	files, err := Receive(conn, &r)
	return r, files, err
}
