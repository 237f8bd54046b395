// Package registry keeps model packs where others find them: by id, and by name and version.
//
// Guarantee: what Fetch returns is the pack of the id that was asked for, to the last bit, whatever the disk or the server did: the
// id is the digest of all that counts, and it is checked while the bytes arrive. A name and version mean one id for ever; another
// content under them is refused. Publishing is atomic and may be repeated: a crash leaves the registry as it was, or with a pack
// that nothing names yet, which publishing again completes. Signatures under an id are only ever added.
//
// Two adapters: Disk, and HTTP, which reads a Disk through Handler. registrytest.Run is the contract of both.
//
// Layout on disk, and as a static server would show it:
//
//	packs/sha256/HEX.vepack       archives, by id
//	index/NAME/VERSION.json       which id a version is; written after the archive, never changed
//	lock                          of who publishes
//
// Threats: a server or disk that gives other bytes, endless or torn bytes; two publishers at once; a crash at any moment; names
// that are paths.
//
// It checks no signatures: who fetches does, with pack.Verify. What a name and version mean is the registry's word alone; a server
// can hide new versions and show old ones, against which pack.Policy has NotBefore and Running.
package registry
