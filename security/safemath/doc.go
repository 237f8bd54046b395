// Package safemath converts and computes integers without losing anything.
//
// Guarantee: each function returns the number that mathematics gives, or an error that names the operands; never a
// number that wrapped around, was cut off, or changed its sign. This holds for every integer type of Go except uintptr,
// on machines of 32 and of 64 bits.
//
// Threats: a size or amount from outside that wraps to a small or negative one (CWE-190, CWE-191), a conversion that
// cuts bits off (CWE-197), a division by zero that ends the process, a float that is no number taken for one.
//
// It does not bound memory: a length that fits an int may still be too much to allocate. It is no money: amounts on the
// chain are math.Int. It is not constant-time.
package safemath
