package local

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/local/leasedir"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/safemath"
)

// Inventory implements backend.Backend. The machine is one node.
func (b *Backend) Inventory(context.Context) (backend.Inventory, error) {
	node, err := b.node()
	if err != nil {
		return backend.Inventory{}, err
	}
	inv := backend.Inventory{Nodes: []backend.Node{node}}
	keys, err := b.store.Keys()
	if err != nil {
		return inv, err
	}
	for _, key := range keys {
		plan, err := b.plan(key)
		if err != nil {
			return inv, err
		}
		inv.Leases = append(inv.Leases, plan.Lease)
	}
	return inv, nil
}

// node is what the machine has for leases: all of it less what stays with the host. Storage is what is free plus what
// leases already hold, since theirs is counted as used by whoever reserves.
func (b *Backend) node() (backend.Node, error) {
	host, err := os.Hostname()
	if err != nil {
		return backend.Node{}, err
	}
	memory, err := memoryTotal()
	if err != nil {
		return backend.Node{}, err
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(b.cfg.StateDir, &disk); err != nil {
		return backend.Node{}, fmt.Errorf("%s: %w", b.cfg.StateDir, err)
	}
	storage := disk.Bavail * safemath.Clamp[uint64](disk.Bsize)
	keys, err := b.store.Keys()
	if err != nil {
		return backend.Node{}, err
	}
	for _, key := range keys {
		dir, err := b.volumeBytes(key)
		if err != nil {
			return backend.Node{}, err
		}
		storage += dir
	}
	return backend.Node{Name: host,
		CPUMilli:     less(safemath.Clamp[uint64](runtime.NumCPU())*1000, b.cfg.ReserveCPUMilli),
		MemoryBytes:  less(memory, b.cfg.ReserveMemoryBytes),
		StorageBytes: less(storage, b.cfg.ReserveStorageBytes),
	}, nil
}

func less(all, reserve uint64) uint64 { return all - min(all, reserve) }

func memoryTotal() (uint64, error) {
	data, err := paths.ReadKernel("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		if len(f) >= 2 && f[0] == "MemTotal:" {
			kib, err := strconv.ParseUint(f[1], 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/meminfo has no MemTotal")
}

// volumeBytes is the disk that a lease's volumes hold now.
func (b *Backend) volumeBytes(key string) (uint64, error) {
	dir, err := b.store.Dir(key)
	if os.IsNotExist(err) {
		return 0, nil // it just went away
	}
	if err != nil {
		return 0, err
	}
	defer dir.Close()
	return leasedir.DiskUsed(dir, leasedir.VolumesDir)
}
