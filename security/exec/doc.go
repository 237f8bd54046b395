// Package exec starts programs. Nothing else in VirtEngine does, but for the lines in tools/exemptions/exemptions.txt.
//
// Guarantee:
//   - Only a registered program is started, from the file found when it was registered: an absolute path on which only
//     root and ourselves can put anything. That is checked again at every start. The PATH of the moment is never asked.
//   - Its arguments have one of the shapes that were registered with it, and it receives exactly these bytes: no shell
//     reads them, nothing expands them. An argument that begins with a dash is one of the registered words, or carries
//     the registered option it begins with. No argument holds a control character.
//   - Its environment is empty but for the variables registered with it, each with a value of its registered form.
//     Variables of the dynamic loader and of shells cannot be registered; those by which a program can be made to run
//     other code (PATH, GOFLAGS, GIT_*, PYTHON*, ...) only with values written at registration.
//   - It has the descriptors it was given and no other (each start marks all of ours close-on-exec), a working folder that
//     strangers cannot write, no terminal, as our user no core dump, and it gains no privileges from set-user-id files
//     (no_new_privs).
//   - It ends. It has a deadline or a Process that stops it; when it ends or is ended, every process of its group is
//     killed, and when we die so does it. What it prints is bounded.
//
// Threats: command injection, option injection, another program in the place of the named one (PATH, links, files that
// others can write), injection through the environment (LD_PRELOAD, GIT_*, GOFLAGS), processes that stay behind,
// floods of output, programs that hang.
//
// It does not protect from root or from another process of our user, who may replace a program at any moment; from what
// a program does with good arguments (a registered tar still unpacks what it is given); from a link that leads out of
// the directory of a Path slot; from a descendant that makes a session of its own (setsid), which leaves the group: such
// a one is reported when it holds the output (ErrLeftover), and only a control group ends it. When we are killed, the
// program is too, but not what it started. File capabilities and access control beyond modes are not looked at.
// The list of shells is a second line: the shapes of the arguments are the first, and the one who registers a program
// answers for what its options can do.
package exec
