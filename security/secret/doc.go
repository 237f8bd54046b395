// Package secret holds secrets in memory and fetches them from where they are kept.
//
// Guarantee:
//   - A Text or Bytes prints as [redacted] under every verb of fmt, in log/slog, and wherever it is nested. It refuses
//     JSON, YAML, XML, text, binary and gob, in both directions, with ErrSealed. Its content is behind a function, so
//     printers that walk through values by reflection find nothing either. It cannot be compared with == (that does not
//     compile), only in constant time. Content comes out by Use and Reveal alone, which one can search for.
//   - Configuration holds references (file:/run/keys/db, env:NAME, credential:NAME, keyring:NAME, vault:MOUNT/PATH#FIELD),
//     never secrets. Text that is no reference is refused without being repeated in the error.
//   - A reference is fetched from exactly the source it names; unknown sources are refused; a source that has nothing, or
//     an empty value, is an error and never an empty secret.
//   - A Rotating secret keeps its last good value while its source is away, and the one before it for a stated time.
//
// Threats: secrets in logs, error texts, panics, crash reports, dumps of configuration, and in version control; a missing
// secret taken for an empty one; a timing oracle; old credentials cut off in the middle of a rotation.
//
// It does not hide memory from root, a debugger, a core dump or swap. Wipe clears the one copy this package holds; what
// Reveal gave out, and what the runtime, net/http or a library copied meanwhile, stays until it is overwritten. It does
// not store passwords of people, which need a slow hash and no secret.
package secret
