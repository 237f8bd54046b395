// Package comet stands for ours.
package comet
