// Package topology builds networks of published shapes with weights of no meaning, to measure how long they take. Their weights are
// drawn from a counter, so that two runs measure the same file.
package topology
