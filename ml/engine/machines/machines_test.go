package machines

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/cpu"
)

// able says whether this machine runs programs of a level of amd64 by itself. What it does not run it cannot be asked about: a
// machine with the level in CI has to be.
var able = map[string]bool{
	"amd64_v2": cpu.X86.HasSSE42 && cpu.X86.HasPOPCNT,
	"amd64_v3": cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasBMI2,
	"amd64_v4": cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512CD && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL,
}

// PROGRAMS lists test binaries that Bazel built for MACHINE: emulator, program, package and pattern, of which the first is - where
// there is none. What they compare with was written on another machine.
func TestTheSameBitsOnOtherMachines(t *testing.T) {
	machine, listed := os.Getenv("MACHINE"), os.Getenv("PROGRAMS")
	require.NotEmpty(t, listed, "Bazel says which programs; hint: tools/bazel test //ml/engine/machines:all")
	if can, level := able[machine]; level && !can {
		t.Skipf("this processor is below %s, which runs no such program", machine)
	}
	for _, line := range strings.Split(strings.TrimSpace(listed), ";") {
		f := strings.Fields(line)
		require.Len(t, f, 4, line)
		emulator, program, pkg, pattern := f[0], runfile(t, f[1]), f[2], f[3]
		t.Run(filepath.Base(program), func(t *testing.T) {
			args := []string{program, "-test.v", "-test.run=" + pattern}
			if emulator != "-" {
				args = append([]string{runfile(t, emulator)}, args...)
			}
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Dir = filepath.Join(os.Getenv("TEST_SRCDIR"), os.Getenv("TEST_WORKSPACE"), pkg)
			if _, err := os.Stat(cmd.Dir); err != nil { // a test that reads nothing has no folder among the runfiles
				cmd.Dir = t.TempDir()
			}
			cmd.Env = []string{"GO_TEST_WRAP=0", "TEST_TMPDIR=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "QEMU_CPU=max"}
			for _, name := range []string{"TEST_SRCDIR", "TEST_WORKSPACE", "RUNFILES_DIR"} {
				cmd.Env = append(cmd.Env, name+"="+os.Getenv(name))
			}
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Contains(t, string(out), "--- PASS", "a pattern that finds no test proves nothing:\n%s", out)
			t.Logf("%s", out)
		})
	}
}

func runfile(t *testing.T, name string) string {
	full, err := filepath.Abs(filepath.Join(os.Getenv("TEST_SRCDIR"), name))
	require.NoError(t, err)
	return full
}
