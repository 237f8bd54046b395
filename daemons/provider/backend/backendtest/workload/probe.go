package workload

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// probe tries what isolation is there to stop, and prints what came of it. Only real processes can be asked.
func probe(args []string, out, errs io.Writer) int {
	var err error
	switch args[0] {
	case "mount":
		err = unix.Mount("tmpfs", "/tmp", "tmpfs", 0, "")
	case "unshare":
		err = unix.Unshare(unix.CLONE_NEWUSER)
	case "ptrace":
		err = unix.PtraceAttach(1)
	case "setuid":
		err = unix.Setuid(12345)
	case "chroot":
		err = unix.Chroot("/tmp")
	case "mknod":
		err = unix.Mknod("/tmp/disk", unix.S_IFBLK|0o600, 254<<8)
	case "vsock":
		_, err = unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0)
	case "keyctl":
		_, err = unix.KeyctlGetKeyringID(unix.KEY_SPEC_SESSION_KEYRING, true)
	case "dial":
		var c net.Conn
		if c, err = net.DialTimeout("tcp", args[1], 2*time.Second); err == nil {
			err = c.Close()
		}
	case "get":
		err = get(args[1], out)
	case "status":
		var data []byte
		if data, err = os.ReadFile("/proc/self/status"); err == nil {
			_, err = out.Write(data)
		}
	case "eat": // MiB of memory
		var mib int
		if _, err = fmt.Sscan(args[1], &mib); err == nil && mib >= 0 && mib < 1<<20 {
			hoard := make([]byte, mib<<20)
			for i := 0; i < len(hoard); i += 4096 {
				hoard[i] = 1
			}
			sink += len(hoard)
		}
	case "tty":
		var ws *unix.Winsize
		if ws, err = unix.IoctlGetWinsize(1, unix.TIOCGWINSZ); err == nil {
			_, err = fmt.Fprintf(out, "%dx%d\n", ws.Col, ws.Row)
		}
	case "echo": // PORT: sends datagrams back
		err = echo(args[1])
	default:
		fmt.Fprintf(errs, "workload: no command %q\n", strings.Join(args, " "))
		return 2
	}
	if err != nil {
		fmt.Fprintf(out, "%s: %v\n", args[0], err)
		return 0
	}
	fmt.Fprintf(out, "%s: done\n", args[0])
	return 0
}

func get(url string, out io.Writer) error {
	resp, err := (&http.Client{Timeout: 5 * time.Second}).Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(out, resp.Body)
	return err
}

func echo(port string) error {
	p, err := net.ListenPacket("udp", ":"+port)
	if err != nil {
		return err
	}
	buf := make([]byte, 2048)
	for {
		n, from, err := p.ReadFrom(buf)
		if err != nil {
			return err
		}
		if _, err := p.WriteTo(buf[:n], from); err != nil {
			return err
		}
	}
}
