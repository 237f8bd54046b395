package supervise

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/sandbox"
	"github.com/virtengine/virtengine/security/paths"
)

// mountPoints must be directories of every root.
var mountPoints = []string{"dev", "proc", "tmp", "run", "var/tmp", "etc"}

// etcOfHost is what programs of the host need of its /etc. It tells nothing about its users or services.
var etcOfHost = []string{"/etc/ld.so.cache", "/etc/ssl/certs", "/etc/alternatives", "/etc/localtime"}

// root is the service's root: the image with a thin upper part that holds what only this lease has.
func (svc *service) root() (*os.File, []sandbox.Mount, error) {
	upper := path.Join(leasedir.RootsDir, svc.plan.Name)
	lease := svc.s.dir
	if err := lease.MkdirAll(upper, 0o755); err != nil {
		return nil, nil, err
	}
	dir, err := lease.OpenRoot(upper)
	if err != nil {
		return nil, nil, err
	}
	binds, err := svc.skeleton(dir)
	if err := errors.Join(err, dir.Close()); err != nil {
		return nil, nil, err
	}
	root, err := svc.tree(upper)
	if err != nil {
		return nil, nil, err
	}
	var mounts []sandbox.Mount
	for _, b := range binds {
		tree, err := sandbox.TreeAt(b, true)
		if err != nil {
			for _, m := range mounts {
				err = errors.Join(err, m.Tree.Close())
			}
			return nil, nil, errors.Join(err, root.Close())
		}
		mounts = append(mounts, sandbox.Mount{Target: b, Tree: tree})
	}
	return root, mounts, nil
}

// tree is the service's root as a mount: the upper part alone, or over an image.
func (svc *service) tree(upper string) (*os.File, error) {
	top, err := svc.s.dir.Open(upper)
	if err != nil {
		return nil, err
	}
	defer top.Close()
	if svc.plan.Lower == "" {
		return sandbox.Tree(top, true)
	}
	image, err := paths.OpenDir(svc.plan.Lower, paths.OthersMayWrite) // the operator's own, or the image store's
	if err != nil {
		return nil, err
	}
	defer image.Close()
	lower, err := image.Root().Open(".")
	if err != nil {
		return nil, err
	}
	defer lower.Close()
	return sandbox.Overlay(top, lower)
}

// skeleton fills the upper part and tells which directories of the host are to be bound into it.
func (svc *service) skeleton(dir *os.Root) ([]string, error) {
	points := append([]string{}, mountPoints...)
	for _, v := range svc.plan.Volumes {
		points = append(points, strings.TrimPrefix(path.Clean("/"+v.Mount), "/"))
	}
	for _, p := range points {
		if err := dir.MkdirAll(path.Join(".", p), 0o755); err != nil {
			return nil, fmt.Errorf("/%s: %w", p, err)
		}
	}
	hosts, err := svc.hosts()
	if err != nil {
		return nil, err
	}
	files := map[string]string{"etc/hosts": hosts, "etc/hostname": svc.plan.Name + "\n", "etc/resolv.conf": ""}
	var binds []string
	if svc.plan.Lower == "" {
		files["etc/passwd"] = "root:x:0:0:root:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
		files["etc/group"] = "root:x:0:\nnogroup:x:65534:\n"
		files["etc/nsswitch.conf"] = "passwd: files\ngroup: files\nhosts: files\n"
		if binds, err = hostBinds(dir, svc.plan.HostBinds); err != nil {
			return nil, err
		}
	}
	for name, text := range files {
		if err := paths.Over(dir).WriteFile(name, []byte(text), paths.PublicFile); err != nil {
			return nil, err
		}
	}
	return binds, nil
}

// hostBinds makes a mount point for each directory of the host, and repeats the links of a host that keeps /bin in /usr.
func hostBinds(dir *os.Root, wanted []string) ([]string, error) {
	host, err := os.OpenRoot("/")
	if err != nil {
		return nil, err
	}
	defer host.Close()
	var out []string
	for _, w := range append(wanted, etcOfHost...) {
		at := strings.TrimPrefix(w, "/")
		info, err := host.Lstat(at)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := dir.MkdirAll(path.Dir(at), 0o755); err != nil {
			return nil, err
		}
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := host.Readlink(at)
			if err != nil {
				return nil, err
			}
			if err := dir.Symlink(to, at); err != nil && !errors.Is(err, fs.ErrExist) {
				return nil, err
			}
			continue
		case info.IsDir():
			err = dir.MkdirAll(at, 0o755)
		default:
			err = paths.Over(dir).WriteFile(at, nil, paths.PublicFile)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// hosts is /etc/hosts: itself, and the services that said they are for this one.
func (svc *service) hosts() (string, error) {
	var b strings.Builder
	b.WriteString("127.0.0.1 localhost\n::1 localhost\n")
	for i := range svc.plan.Count {
		fmt.Fprintf(&b, "127.0.0.1 %s-%d\n", svc.plan.Name, i)
	}
	for _, peer := range svc.peers {
		at, err := svc.s.hubAddress(peer)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %s\n", at, peer)
	}
	return b.String(), nil
}
