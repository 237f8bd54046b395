// Package plan is the fast executor of contract ve-f32-1 for models whose shapes are all known: shapes, constants, memory
// and kernels are settled when a model is loaded, and a run only computes.
//
// Guarantee: a run gives the bits of engine.Program, which is the specification, for every set of kernels, every number of
// threads and every GOMAXPROCS; where a NaN comes out, it is a NaN in both. Threads share out results, never a sum. What
// has no plan is computed by the reference operator, and Unplanned lists it. A run of a model without such nodes
// allocates nothing.
//
// Two things are narrower than in the reference, and refused when a model is loaded: shapes that depend on data
// (ErrDynamic), and inputs that replace a constant.
package plan
