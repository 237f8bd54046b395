// Package pack makes, reads and checks model packs: a model, what belongs to it, and what it promises, in one archive or folder.
//
// Guarantee:
//   - The same files and the same spec give the same bytes, whenever, wherever and by whomever a pack is built.
//   - An archive has one form for one content. Read takes no other: the header of each entry is a function of its name and size,
//     entries stand in the manifest's order, padding is zero, nothing follows. So there is no byte that could change unnoticed.
//   - What Read and Open return has exactly the files that its manifest lists, each with the length and digest that it says.
//   - Verify finds that enough trusted keys signed, that graphs are what the manifest says, that a float graph keeps to the profile
//     of packs, that the engine loads the program, and that every conformance triple comes out with the same bits.
//
// Threats: names that lead out of a folder, links, devices, entries that repeat, sizes that lie, archives without end, a file or
// table changed after it was signed, an older pack that is offered again, a model whose results differ on this machine.
//
// It reads into memory: at most Limits.Bytes. It does not say whether a model is any good: the metrics in a manifest are the
// publisher's word, which the signatures hold him to.
//
// For ve-model, for validators before they vote with a pack, and for the inference service.
package pack
