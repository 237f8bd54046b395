// Package followtest has a chain in memory for tests of whatever follows one.
package followtest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/cosmos/gogoproto/proto"

	"github.com/virtengine/virtengine/chain/client/follow"
)

// ErrNotYet says that the block was not made yet.
var ErrNotYet = errors.New("no such block yet")

// Source is a chain whose blocks the test makes. It passes the contract of sources. Safe for concurrent use.
type Source struct {
	chainID string
	start   time.Time

	mu      sync.Mutex
	blocks  []follow.Block // of heights 1, 2, ...
	first   int64
	down    error
	changed chan struct{}
}

var _ follow.Source = (*Source)(nil)

// New begins a chain without blocks. Block n is made n seconds after start.
func New(chainID string, start time.Time) *Source {
	return &Source{chainID: chainID, start: start.UTC(), first: 1, changed: make(chan struct{})}
}

// Add makes a block of these events, all of its first transaction, and returns its height.
func (s *Source) Add(events ...proto.Message) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	height := int64(len(s.blocks)) + 1
	b := follow.Block{ChainID: s.chainID, Height: height, Time: s.start.Add(time.Duration(height) * time.Second)}
	for i, msg := range events {
		b.Events = append(b.Events, follow.Event{Height: height, Time: b.Time, Index: i, Msg: msg})
	}
	s.blocks = append(s.blocks, b)
	s.announce()
	return height
}

// AddEmpty makes n blocks in which nothing happens and returns the last one's height.
func (s *Source) AddEmpty(n int) (height int64) {
	for range n {
		height = s.Add()
	}
	return height
}

// Prune deletes the blocks before the height.
func (s *Source) Prune(first int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.first = first
	s.announce()
}

// Fail makes every call fail with err until it is called with nil.
func (s *Source) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
	s.announce()
}

// Status implements follow.Source.
func (s *Source) Status(ctx context.Context) (follow.Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.trouble(ctx); err != nil {
		return follow.Status{}, err
	}
	st := follow.Status{ChainID: s.chainID, Height: int64(len(s.blocks)), First: s.first, Time: s.start}
	if n := len(s.blocks); n > 0 {
		st.Time = s.blocks[n-1].Time
	}
	return st, nil
}

// Block implements follow.Source.
func (s *Source) Block(ctx context.Context, height int64) (follow.Block, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.trouble(ctx); err != nil {
		return follow.Block{}, err
	}
	if height < s.first {
		return follow.Block{}, &follow.Pruned{Height: height, First: s.first}
	}
	if height > int64(len(s.blocks)) {
		return follow.Block{}, ErrNotYet
	}
	b := s.blocks[height-1]
	b.Events = slices.Clone(b.Events)
	return b, nil
}

// Wait implements follow.Source.
func (s *Source) Wait(ctx context.Context, height int64) error {
	for {
		s.mu.Lock()
		err, reached, changed := s.trouble(ctx), int64(len(s.blocks)) >= height, s.changed
		s.mu.Unlock()
		if err != nil {
			return err
		}
		if reached {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}

func (s *Source) trouble(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.down
}

func (s *Source) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}
