// Package app stands for ours.
package app
