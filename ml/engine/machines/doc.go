// Package machines runs the engine's digests on machines that are not this one: 386, other levels of amd64, and arm64 and s390x,
// which is big-endian, under qemu. It has tests only.
//
// Guarantee: kernels, plans and integer programs give, for random inputs, the digests in testdata/sweep.txt, on each of these
// machines, with every set of kernels that it has, without assembly (-tags noasm), with 1 to 8 threads and GOMAXPROCS of 1 to 8;
// and one operation in another order or with another rounding is seen. The build runs 4096 inputs of each kind of work; so many
// as a million, whose digests are there too, are run by hand, on each machine:
//
//	go test ./ml/engine/machines -run RandomInputs -args -inputs 1000000
package machines
