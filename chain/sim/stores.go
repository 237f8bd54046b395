package sim

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
)

// Except is a part of a store that is not compared.
type Except struct {
	Store  string
	Prefix []byte
}

// Differences returns, for each persistent store in which two replicas differ, the first key at which they do.
//
// The root hash of a store also tells in what order it was written, so the chain that continues after an export has
// other hashes than the one it continues; what is stored must still be the same byte for byte.
func Differences(a, b *Replica, except ...Except) (map[string]string, error) {
	one, other := a.NewContext(true), b.NewContext(true)
	found := map[string]string{}
	for _, key := range a.GetStoreKeys() {
		if _, persistent := key.(*storetypes.KVStoreKey); !persistent {
			continue
		}
		twin := b.UnsafeFindStoreKey(key.Name())
		if twin == nil {
			return nil, fmt.Errorf("%s: only one replica has this store", key.Name())
		}
		skip := func(k []byte) bool {
			return slices.ContainsFunc(except, func(e Except) bool { return e.Store == key.Name() && bytes.HasPrefix(k, e.Prefix) })
		}
		difference, err := firstKey(one.KVStore(key), other.KVStore(twin), skip)
		if err != nil {
			return nil, fmt.Errorf("store %s: %w", key.Name(), err)
		}
		if difference != "" {
			found[key.Name()] = difference
		}
	}
	return found, nil
}

func firstKey(a, b storetypes.KVStore, skip func(key []byte) bool) (difference string, err error) {
	x, y := a.Iterator(nil, nil), b.Iterator(nil, nil)
	defer func() { err = errors.Join(err, x.Close(), y.Close()) }()
	pass := func(its ...storetypes.Iterator) {
		for _, it := range its {
			for it.Valid() && skip(it.Key()) {
				it.Next()
			}
		}
	}
	for pass(x, y); x.Valid() && y.Valid(); pass(x, y) {
		if !bytes.Equal(x.Key(), y.Key()) {
			return fmt.Sprintf("key %X against %X", x.Key(), y.Key()), nil
		}
		if !bytes.Equal(x.Value(), y.Value()) {
			return fmt.Sprintf("key %X: %X against %X", x.Key(), x.Value(), y.Value()), nil
		}
		x.Next()
		y.Next()
	}
	switch {
	case x.Valid():
		return fmt.Sprintf("key %X is only in the first", x.Key()), nil
	case y.Valid():
		return fmt.Sprintf("key %X is only in the second", y.Key()), nil
	}
	return "", nil
}
