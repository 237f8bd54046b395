package outbox

import (
	"slices"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/store"
	"github.com/virtengine/virtengine/security/safemath"
)

// Keys of the outbox.
const (
	opPrefix    = "o/op/"    // id -> Op
	lanePrefix  = "o/lane/"  // lane, 0, place -> id; unfinished operations only
	fencePrefix = "o/fence/" // lane -> nothing
	endPrefix   = "o/end/"   // time of the end in ns, id -> nothing; finished operations only
)

func opKey(id string) []byte      { return []byte(opPrefix + id) }
func laneOf(lane string) string   { return lanePrefix + lane + "\x00" }
func fenceKey(lane string) []byte { return []byte(fencePrefix + lane) }
func laneKey(lane string, seq uint64) []byte {
	return store.Key(laneOf(lane), seq)
}

func endKey(at time.Time, id string) []byte {
	return append(store.Key(endPrefix, safemath.Clamp[uint64](at.UnixNano())), id...)
}

func sortBySeq(ops []Op) {
	slices.SortFunc(ops, func(a, b Op) int {
		if a.Seq < b.Seq {
			return -1
		}
		return 1
	})
}
