package outbox

import (
	"container/heap"
	"context"
	"time"
)

// schedule is the order of the lanes in memory. Guarded by Outbox.mu.
type schedule struct {
	lanes map[string]*lane
	ready laneHeap // lanes with work, none of it running
	turn  uint64
	size  int // operations in all
}

type lane struct {
	name    string
	entries []entry
	running context.CancelFunc // of the head's handler; nil: nothing runs
	busy    bool               // the head is running
	at      time.Time          // when the lane's turn may come
	turn    uint64             // of equals, who waits longest
	index   int                // in the heap; -1: not in it
}

type entry struct {
	id  string
	due time.Time
}

func newSchedule() schedule { return schedule{lanes: map[string]*lane{}} }

// add puts op at the end of its lane.
func (s *schedule) add(op Op, now time.Time) {
	l := s.lanes[op.Lane]
	if l == nil {
		l = &lane{name: op.Lane, index: -1}
		s.lanes[op.Lane] = l
	}
	l.entries = append(l.entries, entry{op.ID, op.Due})
	s.size++
	if len(l.entries) == 1 {
		s.queue(l, now)
	}
}

// queue lines the lane up by its head. A lane that was just served comes behind all that are due already.
func (s *schedule) queue(l *lane, now time.Time) {
	if l.busy || len(l.entries) == 0 {
		return
	}
	l.at = l.entries[0].due
	if l.at.Before(now) {
		l.at = now
	}
	s.turn++
	l.turn = s.turn
	if l.index >= 0 {
		heap.Fix(&s.ready, l.index)
		return
	}
	heap.Push(&s.ready, l)
}

// take returns the next lane's head that is due, marking the lane busy; else how long until one is (false: none).
func (s *schedule) take(now time.Time) (laneName, id string, wait time.Duration, ok bool) {
	if len(s.ready) == 0 {
		return "", "", 0, false
	}
	l := s.ready[0]
	if l.at.After(now) {
		return "", "", l.at.Sub(now), true
	}
	heap.Pop(&s.ready)
	l.busy = true
	return l.name, l.entries[0].id, 0, true
}

// running remembers how to interrupt what the lane runs.
func (s *schedule) running(name string, cancel context.CancelFunc) {
	if l := s.lanes[name]; l != nil {
		l.running = cancel
	}
}

// interrupt cancels what the lane runs.
func (s *schedule) interrupt(name string) {
	if l := s.lanes[name]; l != nil && l.running != nil {
		l.running()
	}
}

// release ends the lane's turn; due is when the head may run again (zero: unchanged).
func (s *schedule) release(name string, due, now time.Time) {
	l := s.lanes[name]
	if l == nil {
		return
	}
	l.busy, l.running = false, nil
	if len(l.entries) == 0 {
		delete(s.lanes, name)
		return
	}
	if !due.IsZero() {
		l.entries[0].due = due
	}
	s.queue(l, now)
}

// remove takes an operation out of its lane.
func (s *schedule) remove(name, id string, now time.Time) {
	l := s.lanes[name]
	if l == nil {
		return
	}
	for i, e := range l.entries {
		if e.id != id {
			continue
		}
		l.entries = append(l.entries[:i], l.entries[i+1:]...)
		s.size--
		if i == 0 && !l.busy {
			if len(l.entries) > 0 {
				s.queue(l, now)
			} else {
				if l.index >= 0 {
					heap.Remove(&s.ready, l.index)
				}
				delete(s.lanes, name)
			}
		}
		return
	}
}

// oldest returns the due time of the operation that waits longest.
func (s *schedule) oldest() (time.Time, bool) {
	var first time.Time
	for _, l := range s.lanes {
		if len(l.entries) > 0 && (first.IsZero() || l.entries[0].due.Before(first)) {
			first = l.entries[0].due
		}
	}
	return first, !first.IsZero()
}

type laneHeap []*lane

func (h laneHeap) Len() int { return len(h) }
func (h laneHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].turn < h[j].turn
}
func (h laneHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *laneHeap) Push(x any) {
	l := x.(*lane)
	l.index = len(*h)
	*h = append(*h, l)
}

func (h *laneHeap) Pop() any {
	old := *h
	l := old[len(old)-1]
	*h = old[:len(old)-1]
	l.index = -1
	return l
}
