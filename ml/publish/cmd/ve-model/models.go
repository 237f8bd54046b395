package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/models/commands/evaluating"
	"github.com/virtengine/virtengine/ml/models/commands/quantizing"
	"github.com/virtengine/virtengine/ml/models/commands/training"
)

// modelCommands make and measure models; what they do is ml/models' own.
func modelCommands() []*cobra.Command {
	return []*cobra.Command{
		renamed(training.Command(time.Now), "train"),
		renamed(quantizing.Command(), "quantize"),
		renamed(evaluating.Command(), "eval"),
	}
}

// renamed makes a program's command one of ve-model's: in its name, and in the examples of it and of what is below it.
func renamed(c *cobra.Command, name string) *cobra.Command {
	old := c.Name()
	c.Use = name + strings.TrimPrefix(c.Use, old)
	for _, each := range append(c.Commands(), c) {
		lines := strings.Split(each.Example, "\n")
		for i, line := range lines {
			if rest, found := strings.CutPrefix(line, "  "+old+" "); found {
				lines[i] = "  ve-model " + name + " " + rest
			}
		}
		each.Example = strings.Join(lines, "\n")
	}
	return c
}
