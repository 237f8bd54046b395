// Package bid stands for ours.
package bid
