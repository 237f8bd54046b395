// Package paths opens files. Whatever names a file from outside (a tenant, a chain message, an archive, a tenant's
// configuration) is opened beneath a root through a Dir; what an operator names is opened by its absolute path; what
// the kernel shows is opened below /proc, /sys and /dev.
//
// Guarantee:
//   - A name given to a Dir reaches nothing outside it, whoever swaps directories for links meanwhile: os.Root walks
//     the name by descriptors and follows only links that stay inside.
//   - A file is written whole or not at all. A reader sees the old content or the new, also after the writer was killed
//     or the power failed at any moment, and a write that has returned is on disk. A killed writer leaves at most one
//     hidden file per name (.NAME.next), which the next write of that name takes away.
//   - What is written is closed to other users unless the caller names a public mode; directories are 0700.
//   - What returns a file's content or a directory's entries has a limit that is checked while reading, so a file that
//     grows, lies about its size or never ends costs no more memory than the caller allowed. Pipes, sockets and devices
//     are not read, and opening one does not hang.
//   - Removing a tree costs a bounded number of open files, however deep somebody made it.
//   - A secret is read only from a regular file that nobody but its owner and root can read.
//
// Threats: path traversal, symbolic link races, secrets that everyone can read, files torn by a crash, memory exhausted
// by a large or endless file, file names that are options or terminal escapes or look like another name.
//
// It does not protect from root, from another process of the same user who ignores these rules, or from a disk that
// loses what it reported as written. Parents of a Dir's own path are the operator's: only the last directory's owner and
// mode are checked. Hard links and mounts that someone placed inside a root are part of it. Names in other cases or
// other normal forms are other names, as the kernel sees them.
package paths
