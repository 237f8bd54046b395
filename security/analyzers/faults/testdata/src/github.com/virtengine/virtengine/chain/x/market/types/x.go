// Package types stands for ours.
package types
