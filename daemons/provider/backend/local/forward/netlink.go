package forward

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/safemath"
)

// vethPeer is VETH_INFO_PEER of linux/veth.h.
const vethPeer = 1

// attribute is one netlink attribute.
func attribute(kind uint16, data []byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, safemath.Clamp[uint16](unix.SizeofRtAttr+len(data)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), data...)
	for len(b)%unix.NLMSG_ALIGNTO != 0 {
		b = append(b, 0)
	}
	return b
}

func text(s string) []byte { return append([]byte(s), 0) }

// route asks the kernel for one change of the network of the thread's namespace.
func route(kind uint16, flags uint16, payload []byte) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), "netlink")
	defer f.Close()
	msg := binary.NativeEndian.AppendUint32(nil, safemath.Clamp[uint32](unix.SizeofNlMsghdr+len(payload)))
	msg = binary.NativeEndian.AppendUint16(msg, kind)
	msg = binary.NativeEndian.AppendUint16(msg, flags|unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	msg = append(msg, 1, 0, 0, 0, 0, 0, 0, 0) // sequence, port
	msg = append(msg, payload...)
	if err := unix.Sendto(fd, msg, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	buf := make([]byte, 8192)
	n, _, err := unix.Recvfrom(fd, buf, 0)
	if err != nil {
		return err
	}
	if n < unix.SizeofNlMsghdr+4 || binary.NativeEndian.Uint16(buf[4:]) != unix.NLMSG_ERROR {
		return errors.New("netlink: the answer is no acknowledgement")
	}
	//ve:allow overflow the kernel writes a negative number in two's complement
	if code := int32(binary.NativeEndian.Uint32(buf[unix.SizeofNlMsghdr:])); code != 0 {
		return unix.Errno(-code)
	}
	return nil
}

// pair makes two connected devices: name here and peer in the namespace ns.
func pair(name, peer string, ns *os.File) error {
	link := make([]byte, unix.SizeofIfInfomsg)
	other := append(make([]byte, unix.SizeofIfInfomsg), attribute(unix.IFLA_IFNAME, text(peer))...)
	other = append(other, attribute(unix.IFLA_NET_NS_FD, binary.NativeEndian.AppendUint32(nil, uint32(ns.Fd())))...)
	info := append(attribute(unix.IFLA_INFO_KIND, text("veth")),
		attribute(unix.IFLA_INFO_DATA, attribute(vethPeer, other))...)
	payload := append(link, attribute(unix.IFLA_IFNAME, text(name))...)
	payload = append(payload, attribute(unix.IFLA_LINKINFO, info)...)
	if err := route(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, payload); err != nil {
		return fmt.Errorf("device %s: %w", name, err)
	}
	return nil
}

// address gives a device an address; far is what is reached through it, bits how much of that is fixed.
func address(device string, own, far netip.Addr, bits uint8) error {
	index, err := deviceIndex(device)
	if err != nil {
		return err
	}
	payload := []byte{unix.AF_INET, bits, 0, 0}
	payload = binary.NativeEndian.AppendUint32(payload, index)
	payload = append(payload, attribute(unix.IFA_LOCAL, own.AsSlice())...)
	payload = append(payload, attribute(unix.IFA_ADDRESS, far.AsSlice())...)
	if err := route(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, payload); err != nil {
		return fmt.Errorf("address %s of %s: %w", own, device, err)
	}
	return nil
}

// device does one thing by ioctl with a device of the thread's namespace.
func device(name string, do func(fd int, r *unix.Ifreq) error) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	r, err := unix.NewIfreq(name)
	if err == nil {
		err = do(fd, r)
	}
	if err := errors.Join(err, unix.Close(fd)); err != nil {
		return fmt.Errorf("device %s: %w", name, err)
	}
	return nil
}

func deviceIndex(name string) (index uint32, err error) {
	err = device(name, func(fd int, r *unix.Ifreq) error {
		err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, r)
		index = r.Uint32()
		return err
	})
	return index, err
}

func up(name string) error {
	return device(name, func(fd int, r *unix.Ifreq) error {
		r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
		return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, r)
	})
}
