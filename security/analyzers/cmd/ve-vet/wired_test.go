package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a person runs by hand is what the build runs.
func TestTheBuildRunsTheSameChecks(t *testing.T) {
	text, err := os.ReadFile("../../BUILD.bazel")
	require.NoError(t, err)
	var wired, here []string
	for _, m := range regexp.MustCompile(`"@co_honnef_go_tools//staticcheck/(sa\d+)"`).FindAllStringSubmatch(string(text), -1) {
		wired = append(wired, m[1])
	}
	for _, a := range staticcheck {
		here = append(here, strings.ToLower(a.Name))
	}
	slices.Sort(here)
	require.Equal(t, wired, here)
}
