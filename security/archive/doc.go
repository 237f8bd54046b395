// Package archive unpacks tar and zip archives that strangers made.
//
// Guarantee:
//   - Nothing is written, linked or removed outside the directory given, whatever names and links an archive holds.
//   - No device, pipe or socket is made; owners, set-id bits, sticky bits, times and extended attributes are left out;
//     modes are the policy's two: for files that are programs and for files that are not.
//   - Bytes, entries, depth, length of names and the ratio of unpacked to packed bytes are limited, and counted while
//     unpacking, not believed. The work and memory of an archive that breaks a limit end shortly after the limit.
//   - Unless the policy says otherwise: no links; names are relative and hold no ".."; no entry takes the place of
//     another or goes through a link, also where the file system takes names of different case for one.
//   - With LinksInside and without InRoot, no symbolic link in the finished tree leads out of it, even for a program that
//     follows links without a thought.
//
// Threats: "zip slip" names, writing through a link made by an earlier entry, hard links to files outside, set-id programs,
// devices, decompression bombs, archives of endlessly many or deep entries, sizes that lie.
//
// It does not judge contents, and it does not undo: what was unpacked before a refusal stays, and the caller removes the
// directory. It is the only writer of the directory while it runs; another one can spoil the result but not let it out.
package archive
