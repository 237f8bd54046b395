// Package bench stands for ours.
package bench
