// Package local stands for ours.
package local
