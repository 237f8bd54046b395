package exec_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/exec"
)

func environment() map[string]exec.Slot {
	return map[string]exec.Slot{
		"HOME":   exec.Path{Beneath: "/srv"},
		"LC_ALL": exec.Word("C"),
		"PATH":   exec.OneOf{"/usr/bin", "/usr/bin:/usr/local/bin"},
		"LABEL":  exec.Text{Max: 20},
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("LD_PRELOAD", "/tmp/evil.so")
	t.Setenv("LABEL", "ours")
	r := children(t, environment())
	for name, tc := range map[string]struct {
		reason  string
		env     map[string]string
		inherit []string
		want    []string // nil: refused
	}{
		"Empty":         {"nothing of ours is passed on, and a single word always is", nil, nil, []string{"LC_ALL=C"}},
		"Given":         {"registered and fitting", map[string]string{"HOME": "/srv/a"}, nil, []string{"HOME=/srv/a", "LC_ALL=C"}},
		"Inherited":     {"of a snapshot only what is registered", nil, []string{"LD_PRELOAD=x", "HOME=/srv/a", "GIT_DIR=/", "LABEL=b=c"}, []string{"HOME=/srv/a", "LABEL=b=c", "LC_ALL=C"}},
		"GivenFirst":    {"what is given goes before what is inherited", map[string]string{"LABEL": "a"}, []string{"LABEL=b"}, []string{"LABEL=a", "LC_ALL=C"}},
		"WordStays":     {"a snapshot does not change a word", nil, []string{"LC_ALL=tr_TR"}, []string{"LC_ALL=C"}},
		"EmptyValue":    {"an empty variable is none", nil, []string{"LABEL=", "HOME"}, []string{"LC_ALL=C"}},
		"Unknown":       {"not registered", map[string]string{"LD_PRELOAD": "/tmp/evil.so"}, nil, nil},
		"OtherWord":     {"a word has one value", map[string]string{"LC_ALL": "tr_TR"}, nil, nil},
		"BadGiven":      {"values are checked", map[string]string{"HOME": "/etc"}, nil, nil},
		"BadInherited":  {"inherited ones too: loudly, since the program would run otherwise than meant", nil, []string{"HOME=/etc"}, nil},
		"OtherPath":     {"PATH is one of its words", nil, []string{"PATH=/tmp:/usr/bin"}, nil},
		"Twice":         {"programs differ in which of two they take", nil, []string{"LABEL=a", "LABEL=b"}, nil},
		"Newline":       {"forges a line in what prints variables", map[string]string{"LABEL": "a\nLD_PRELOAD=x"}, nil, nil},
		"NUL":           {"ends the string", map[string]string{"LABEL": "a\x00LD_PRELOAD=x"}, nil, nil},
		"EqualsInName":  {"a name that is another's assignment", map[string]string{"LABEL=x": "a"}, nil, nil},
		"NewlineInName": {"no name", nil, []string{"A\nLABEL=a"}, []string{"LC_ALL=C"}},
		"Function":      {"what old shells ran", nil, []string{"BASH_FUNC_x%%=() { id; }"}, []string{"LC_ALL=C"}},
		"EmptyName":     {"no name", map[string]string{"": "a"}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := as("look")
			c.Env, c.Inherit = tc.env, tc.inherit
			if tc.want == nil {
				_, err := r.Run(t.Context(), c)
				require.ErrorIs(t, err, exec.ErrEnvironment, tc.reason)
				return
			}
			require.Equal(t, tc.want, lookAround(t, r, c).Env, tc.reason)
		})
	}
}

func TestARefusedValueIsNotRepeated(t *testing.T) {
	c := as("look")
	c.Env = map[string]string{"HOME": "correct horse battery"}
	_, err := children(t, environment()).Run(t.Context(), c)
	require.ErrorIs(t, err, exec.ErrEnvironment)
	require.NotContains(t, err.Error(), "horse", "it may be a secret")
}

func TestVariablesThatRunCode(t *testing.T) {
	sticky := t.TempDir()
	require.NoError(t, os.Chmod(sticky, os.ModeSticky|0o777))
	open := filepath.Join(t.TempDir(), "open")
	require.NoError(t, os.Mkdir(open, 0o755))
	require.NoError(t, os.Chmod(open, 0o777))
	any := exec.Text{Max: 100}
	for name, tc := range map[string]struct {
		reason   string
		variable string
		value    exec.Slot
		want     error
	}{
		"Preload":       {"loads code into everything", "LD_PRELOAD", any, exec.ErrForbidden},
		"PreloadFixed":  {"however it is registered", "LD_PRELOAD", exec.Word("/usr/lib/x.so"), exec.ErrForbidden},
		"Audit":         {"so does this", "LD_AUDIT", any, exec.ErrForbidden},
		"Tunables":      {"steers the allocator", "GLIBC_TUNABLES", any, exec.ErrForbidden},
		"BashEnv":       {"shells read it", "BASH_ENV", any, exec.ErrForbidden},
		"Function":      {"not even a name", "BASH_FUNC_x%%", any, exec.ErrProgram},
		"GoFlags":       {"-toolexec", "GOFLAGS", any, exec.ErrForbidden},
		"GoFlagsFixed":  {"known at registration", "GOFLAGS", exec.OneOf{"-mod=readonly", "-mod=vendor"}, nil},
		"Git":           {"GIT_SSH_COMMAND and others", "GIT_SSH_COMMAND", any, exec.ErrForbidden},
		"PythonPath":    {"loads modules from anywhere", "PYTHONPATH", exec.Path{Beneath: "/srv"}, exec.ErrForbidden},
		"PythonFixed":   {"harmless when fixed", "PYTHONUNBUFFERED", exec.Word("1"), nil},
		"Sbatch":        {"SBATCH_* are options of sbatch", "SBATCH_WRAP", any, exec.ErrForbidden},
		"Path":          {"chooses programs", "PATH", any, exec.ErrForbidden},
		"PathRelative":  {"the working folder's program", "PATH", exec.Word("bin:/usr/bin"), exec.ErrForbidden},
		"PathEmptyPart": {"is the working folder", "PATH", exec.Word("/usr/bin:"), exec.ErrForbidden},
		"PathOpen":      {"others put programs there", "PATH", exec.Word(open + ":/usr/bin"), exec.ErrUntrusted},
		"PathSticky":    {"and they can in /tmp", "PATH", exec.Word("/usr/bin:" + sticky), exec.ErrUntrusted},
		"PathMissing":   {"what is not there is harmless", "PATH", exec.Word("/usr/bin:/usr/nowhere"), nil},
		"NoSlot":        {"forgotten", "HOME", nil, exec.ErrProgram},
		"NoName":        {"not a name", "1HOME", any, exec.ErrProgram},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exec.NewRegistry(config(), exec.Program{Name: "x", File: testBinary(t), Args: exec.Seq{}, Env: map[string]exec.Slot{tc.variable: tc.value}})
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}
