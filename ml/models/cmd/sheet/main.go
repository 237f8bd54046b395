package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/security/paths"
)

// errUsage is a command line that names nothing to draw.
var errUsage = errors.New("usage")

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "sheet:", err)
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("sheet", flag.ContinueOnError)
	flags.SetOutput(stderr)
	kind := flags.String("kind", "face", "what to draw: "+strings.Join(names(), ", "))
	seed := flags.Uint64("seed", 1, "which samples")
	out := flags.String("out", "", "the PNG file to write")
	zoom := flags.Int("zoom", 2, "how many pixels a pixel becomes, 1 to 8")
	if err := flags.Parse(args); err != nil {
		return err
	}
	at := slices.IndexFunc(sheets, func(s sheet) bool { return s.name == *kind })
	if at < 0 || *out == "" {
		return fmt.Errorf("%w: kind %q, out %q\nhint: --kind is one of %s, --out names a file", errUsage, *kind, *out, strings.Join(names(), ", "))
	}
	data, err := gray.EncodePNG(enlarge(grid(sheets[at].rows(*seed)), min(max(*zoom, 1), 8)))
	if err != nil {
		return err
	}
	name, err := filepath.Abs(*out)
	if err != nil {
		return err
	}
	return paths.WriteFile(name, data, paths.Private, paths.OthersMayWrite)
}

func names() []string {
	all := make([]string, len(sheets))
	for i, s := range sheets {
		all[i] = s.name
	}
	return all
}

// grid puts rows of pictures of one size next to each other, with two pixels between.
func grid(rows [][]gray.Image) gray.Image {
	w, h, columns := 0, 0, 0
	for _, row := range rows {
		columns = max(columns, len(row))
		for _, m := range row {
			w, h = max(w, m.W), max(h, m.H)
		}
	}
	out := gray.New(columns*(w+2), len(rows)*(h+2))
	out.Fill(255)
	for y, row := range rows {
		for x, m := range row {
			out.Paste(m, x*(w+2), y*(h+2))
		}
	}
	return out
}

func enlarge(m gray.Image, zoom int) gray.Image {
	out := gray.New(m.W*zoom, m.H*zoom)
	for y := range out.H {
		for x := range out.W {
			out.Pix[y*out.W+x] = m.At(x/zoom, y/zoom)
		}
	}
	return out
}
