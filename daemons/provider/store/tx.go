package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
)

// Tx is one transaction. It is valid inside the function it was given to, and not for concurrent use.
type Tx struct {
	btx   *badger.Txn
	hooks []func()
}

// Get reads a value as JSON into v. Fails with ErrNotFound, or ErrCorrupt with the key.
func (t *Tx) Get(key []byte, v any) error {
	raw, err := t.GetBytes(key)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%w: key %q: %w", ErrCorrupt, key, err)
	}
	return nil
}

// GetBytes reads a value. Fails with ErrNotFound.
func (t *Tx) GetBytes(key []byte) ([]byte, error) {
	item, err := t.btx.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, fmt.Errorf("%w: key %q", ErrNotFound, key)
	}
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", key, err)
	}
	return item.ValueCopy(nil)
}

// Has tells whether a key has a value.
func (t *Tx) Has(key []byte) (bool, error) {
	_, err := t.btx.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Set writes v as JSON.
func (t *Tx) Set(key []byte, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %q: %w", key, err)
	}
	return t.SetBytes(key, raw)
}

// SetBytes writes a value.
func (t *Tx) SetBytes(key, value []byte) error {
	if err := t.btx.Set(key, value); err != nil {
		return fmt.Errorf("write %q: %w", key, err)
	}
	return nil
}

// Delete removes a key. Removing none is no error.
func (t *Tx) Delete(key []byte) error {
	if err := t.btx.Delete(key); err != nil {
		return fmt.Errorf("delete %q: %w", key, err)
	}
	return nil
}

// Scan calls fn with every key that begins with prefix, in order, from start on (nil: from the first), until fn
// returns false or an error. Key and value are fn's to keep.
func (t *Tx) Scan(prefix, start []byte, fn func(key, value []byte) (bool, error)) error {
	o := badger.DefaultIteratorOptions
	o.Prefix = prefix
	it := t.btx.NewIterator(o)
	defer it.Close()
	if start == nil {
		start = prefix
	}
	for it.Seek(start); it.ValidForPrefix(prefix); it.Next() {
		value, err := it.Item().ValueCopy(nil)
		if err != nil {
			return fmt.Errorf("read %q: %w", it.Item().Key(), err)
		}
		more, err := fn(it.Item().KeyCopy(nil), value)
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// Last returns the greatest key that begins with prefix, and its value. Fails with ErrNotFound when there is none.
func (t *Tx) Last(prefix []byte) (key, value []byte, err error) {
	o := badger.DefaultIteratorOptions
	o.Reverse = true
	o.PrefetchSize = 1
	it := t.btx.NewIterator(o)
	defer it.Close()
	it.Seek(append(append([]byte{}, prefix...), 0xff))
	if !it.ValidForPrefix(prefix) {
		return nil, nil, fmt.Errorf("%w: prefix %q", ErrNotFound, prefix)
	}
	value, err = it.Item().ValueCopy(nil)
	return it.Item().KeyCopy(nil), value, err
}

// AfterCommit runs hook once the transaction is durable, before the next writer begins. It never runs when the
// transaction fails, so what is kept in memory follows what is stored.
func (t *Tx) AfterCommit(hook func()) { t.hooks = append(t.hooks, hook) }

// Scan reads every value under prefix as JSON.
func Scan[V any](tx *Tx, prefix []byte, fn func(key []byte, v V) (bool, error)) error {
	return tx.Scan(prefix, nil, func(key, raw []byte) (bool, error) {
		var v V
		if err := json.Unmarshal(raw, &v); err != nil {
			return false, fmt.Errorf("%w: key %q: %w", ErrCorrupt, key, err)
		}
		return fn(key, v)
	})
}

// Key joins a prefix and numbers so that keys sort by number.
func Key(prefix string, numbers ...uint64) []byte {
	k := append(make([]byte, 0, len(prefix)+8*len(numbers)), prefix...)
	for _, n := range numbers {
		k = binary.BigEndian.AppendUint64(k, n)
	}
	return k
}

// KeyNumber reads the i-th number of a key that Key made with prefix.
func KeyNumber(key []byte, prefix string, i int) (uint64, error) {
	at := len(prefix) + 8*i
	if len(key) < at+8 {
		return 0, fmt.Errorf("%w: key %q is too short", ErrCorrupt, key)
	}
	return binary.BigEndian.Uint64(key[at:]), nil
}
