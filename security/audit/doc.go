// Package audit keeps the log of what operators and daemons did: who did what to which secret, key or lease.
//
// Guarantee:
//   - When Append returns without an error, the record is on disk (fsync). A process that is killed at any moment loses no
//     record that was acknowledged. Appends that come at the same time share one fsync.
//   - Records are numbered without a gap, and each names the hash of the one before it. Whoever changes, removes, inserts,
//     repeats or reorders records, or segments, anywhere but at the end, is found, with segment, byte and number of the
//     record. Every single byte counts: a record has one spelling only.
//   - A record that a crash cut short is moved into a file of its own at the next Open, and the chain says so. Whatever
//     else is wrong is refused with ErrBroken; nothing is repaired.
//   - After a write or an fsync that failed, the log takes no more records until it is opened, and checked, again.
//   - Values go through package redact first. Every text, record and segment has a limit; reading and checking hold one
//     record in memory. Files are 0600, the directory has to be 0700, and one process writes at a time.
//
// Threats: an operator or intruder who denies or hides what he did; a log that a crash left half written; secrets that end
// up in the log; a flood of text into it.
//
// # What a chain proves
//
// An unkeyed chain (SHA-256) finds damage, and changes by somebody who does not take the trouble to compute the hashes
// anew. Everybody who can write the files can compute them: against him it proves nothing without a head that is kept
// where he cannot write. A keyed chain (HMAC-SHA256) can be written anew only by those who have the key. That includes the
// process that writes the log, and root on its machine: use a key for one log only, and do not keep it beside the log.
//
// Neither chain shows by itself that records at its end are missing, nor that the directory was put back to an older copy:
// what is left is a good chain. Only a remembered head shows that. So anchor Log.Head elsewhere now and then (another
// machine, a transaction, paper) and give it to Verify. Records after the last anchored head can be cut off unseen, with an
// unkeyed chain also replaced.
//
// Times are those of the clock of the writer and may go backwards. An event that is never appended is not in the log: act
// only after Append returned. A record whose Append failed may be in the log all the same. Nothing removes old segments; a
// log whose beginning was removed is broken. A file system that, after a power cut, shows
// the end of a write without its beginning leaves an end that is refused with ErrBroken instead of set aside. A directory
// holds at most 65536 files, 4 TiB of records at the default size of a segment; beyond that begin a new log.
//
// # Format
//
// A log is a directory. Its files are
//
//	audit-NNNNNNNNNNNNNNNNNNNN.jsonl   a segment; N: number of its first record, 20 decimal digits
//	torn-NNNNNNNNNNNNNNNNNNNN-III      an incomplete record that was set aside; N: the number it would have had; I: from 000 on
//	lock                               process id of the writer
//
// A segment is a sequence of lines, each a JSON object (RFC 8259) of at most 65536 bytes with its line end, a single 0x0a.
// A line is printable ASCII, without white space between its parts, and has exactly these members in this order:
//
//	"v"        1
//	"seq"      number of the record, from 1 on, decimal
//	"time"     RFC 3339, UTC, always nine digits of a second: "2026-11-23T14:00:00.000000000Z"
//	"actor"    1 to 256 bytes (of the text, as UTF-8)
//	"action"   1 to 128 bytes
//	"object"   0 to 1024 bytes
//	"outcome"  1 to 64 bytes
//	"fields"   object of at most 32 members, sorted by name: a name is a-z and then a-z 0-9 _ . -, at most 64
//	           bytes; a value is a string of 0 to 4096 bytes
//	"prev"     the "hash" of the record before, whose line may be in the segment before; in record 1 the same prefix and 64 zeros
//	"hash"     "sha256:" or, in a keyed chain, "hmac-sha256:", and 64 digits of 0-9 a-f
//
// In strings, " and \ are written \" and \\; every character outside 0x20 to 0x7e is written \uXXXX, in lower case, as
// UTF-16. All other ways in which JSON can write the same are refused.
//
// The body of a record is its line from { up to the byte before ,"hash". With T(label, body) for the SHA-256 digest of
//
//	length of label, 8 bytes big-endian   label
//	4, 8 bytes big-endian                 the bytes "body"
//	length of body, 8 bytes big-endian    body
//
// (hashes.Transcript), the hash is T("virtengine/audit/record/v1", body), and in a keyed chain
// HMAC-SHA256(key, T("virtengine/audit/record/hmac/v1", body)).
//
// A segment ends where the next record would make it larger than its limit, and then has one record at least; only the last
// one may be empty. Each segment is on disk before the next is made.
package audit
