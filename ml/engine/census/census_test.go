package census

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/virtengine/virtengine/"

// packages are what computes.
var packages = []string{
	"ml/engine/funcs", "ml/engine/value", "ml/engine/ops", "ml/engine/kernel/f32", "ml/engine/plan",
	"ml/models/data/stream", "ml/models/layers", "ml/models/train/loss", "ml/models/train", "ml/models/quant",
}

// needed are the packages that those import. What these import in turn is declared only: it is compiled against, and none
// of it runs.
var needed = []string{"ml/onnx", "ml/engine", "ml/engine/i8", "ml/engine/kernel/i8", "security/hashes", "security/safemath"}

const processor = `package cpu

var X86 struct{ HasAVX2, HasAVX512F, HasAVX512BW, HasAVX512CD, HasAVX512DQ, HasAVX512VL, HasAVX512VNNI, HasFMA bool }
var ARM64 struct{ HasASIMD, HasASIMDDP bool }
`

const protowire = `package protowire

type Number int32
type Type int8

const (
	VarintType  Type = 0
	Fixed32Type Type = 5
	Fixed64Type Type = 1
	BytesType   Type = 2
)

func ConsumeTag(b []byte) (Number, Type, int)
func ConsumeVarint(b []byte) (uint64, int)
func ConsumeFixed32(b []byte) (uint32, int)
func ConsumeFixed64(b []byte) (uint64, int)
func ConsumeBytes(b []byte) ([]byte, int)
func ConsumeFieldValue(n Number, t Type, b []byte) int
func ParseError(n int) error
func AppendTag(b []byte, n Number, t Type) []byte
func AppendVarint(b []byte, v uint64) []byte
func AppendFixed32(b []byte, v uint32) []byte
func AppendBytes(b, v []byte) []byte
`

// fused are the mnemonics of fused multiply-add: arm64, riscv64, ppc64le and loong64, s390x, amd64.
var fused = regexp.MustCompile(`\s(FN?M(ADD|SUB)[A-Z0-9]*|WFN?M[AS]DB|VFN?M(ADD|SUB)[A-Z0-9]*)\s`)

// targets, of which all but the last fuse where they may.
var targets = []string{"arm64", "riscv64", "ppc64le", "s390x", "loong64", "amd64/v3"}

// A census that counts nothing proves nothing, so a line that is fused is looked for first.
func TestNoProductIsFused(t *testing.T) {
	c := newCompiler(t)
	c.add("ml/engine/spoilt", map[string]string{"spoilt.go": "package spoilt\n\nfunc F(x, y, z float64) float64 { return x*y + z }\n"})
	for _, target := range targets {
		t.Run(strings.ReplaceAll(target, "/", "-"), func(t *testing.T) {
			require.True(t, slices.ContainsFunc(c.assembly(target, "ml/engine/spoilt"), fused.MatchString), "a fused product is found")
			for _, p := range packages {
				for _, line := range c.assembly(target, p) {
					require.NotRegexp(t, fused, line, "%s: a product was fused into a sum", p)
				}
			}
		})
	}
}

// compiler is the go command over a tree of its own, which has our packages and nothing else.
type compiler struct {
	t    *testing.T
	tree string
	env  []string
	goes string
}

func newCompiler(t *testing.T) *compiler {
	c := &compiler{t: t, tree: t.TempDir(), goes: "go"}
	root := runtime.GOROOT()
	if named := os.Getenv("GO_ROOT"); named != "" { // Bazel's
		abs, err := filepath.Abs(filepath.Dir(filepath.Join(os.Getenv("TEST_SRCDIR"), named)))
		require.NoError(t, err)
		root = abs
	}
	if root != "" {
		c.goes = filepath.Join(root, "bin", "go")
	}
	cache := t.TempDir()
	c.env = []string{"GOROOT=" + root, "GOPATH=" + c.tree, "GO111MODULE=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOCACHE=" + cache, "HOME=" + cache, "PATH=" + os.Getenv("PATH")}
	for _, p := range append(append([]string(nil), packages...), needed...) {
		c.copy(filepath.Join("..", "..", "..", filepath.FromSlash(p)), module+p)
	}
	c.write("golang.org/x/sys/cpu", map[string]string{"cpu.go": processor})
	c.write("google.golang.org/protobuf/encoding/protowire", map[string]string{"protowire.go": protowire, "declared.s": "// Functions without bodies are elsewhere.\n"})
	return c
}

func (c *compiler) copy(from, as string) {
	entries, err := os.ReadDir(from)
	require.NoError(c.t, err)
	files := map[string]string{}
	for _, e := range entries {
		if name := e.Name(); (strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".s")) && !strings.HasSuffix(name, "_test.go") {
			raw, err := os.ReadFile(filepath.Join(from, name))
			require.NoError(c.t, err)
			files[name] = string(raw)
		}
	}
	require.NotEmpty(c.t, files, from)
	c.write(as, files)
}

func (c *compiler) add(pkg string, files map[string]string) { c.write(module+pkg, files) }

func (c *compiler) write(as string, files map[string]string) {
	dir := filepath.Join(c.tree, "src", filepath.FromSlash(as))
	require.NoError(c.t, os.MkdirAll(dir, 0o700))
	for name, text := range files {
		require.NoError(c.t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
}

// assembly are the lines of a package's code, which is not empty.
func (c *compiler) assembly(target, pkg string) []string {
	arch, level, _ := strings.Cut(target, "/")
	cmd := exec.Command(c.goes, "build", "-gcflags="+module+pkg+"=-S", module+pkg)
	cmd.Env = append(c.env, "GOOS=linux", "GOARCH="+arch, "GOAMD64="+level)
	if level == "" {
		cmd.Env = cmd.Env[:len(cmd.Env)-1]
	}
	cmd.Dir = c.tree
	out, err := cmd.CombinedOutput()
	require.NoError(c.t, err, "%s", tail(out))
	var lines []string
	for _, l := range bytes.Split(out, []byte("\n")) {
		if bytes.HasPrefix(l, []byte("\t0x")) {
			lines = append(lines, string(l))
		}
	}
	require.NotEmpty(c.t, lines, "no assembly of %s for %s", pkg, target)
	return lines
}

func tail(b []byte) []byte { return b[max(0, len(b)-2000):] }
