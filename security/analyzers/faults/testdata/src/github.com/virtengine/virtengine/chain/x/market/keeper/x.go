// Package keeper stands for ours.
package keeper
