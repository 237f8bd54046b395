// Package params stands for ours.
package params
