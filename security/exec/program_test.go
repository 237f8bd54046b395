package exec_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/security/paths"
)

// folder makes a directory that only we can write.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

// put writes a file that may be run, though it is no program.
func put(t *testing.T, dir, name string, mode fs.FileMode) string {
	t.Helper()
	return write(t, dir, name, "\x7fELF, were it one", mode)
}

func write(t *testing.T, dir, name, content string, mode fs.FileMode) string {
	t.Helper()
	file := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	require.NoError(t, os.Chmod(file, mode))
	return file
}

func link(t *testing.T, target, name string) string {
	t.Helper()
	require.NoError(t, os.Symlink(target, name))
	return name
}

func TestProgramsThatOthersCouldReplace(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		file   func(t *testing.T, dir string) string
		want   error
	}{
		"Ours":           {"only we write it", func(t *testing.T, d string) string { return put(t, d, "p", 0o755) }, nil},
		"Link":           {"a link of ours is as good as where it leads", func(t *testing.T, d string) string { put(t, d, "p", 0o755); return link(t, "p", d+"/l") }, nil},
		"GroupWrites":    {"its group changes it", func(t *testing.T, d string) string { return put(t, d, "p", 0o775) }, exec.ErrUntrusted},
		"EveryoneWrites": {"everyone changes it", func(t *testing.T, d string) string { return put(t, d, "p", 0o757) }, exec.ErrUntrusted},
		"OpenFolder": {"everyone replaces it", func(t *testing.T, d string) string {
			file := put(t, d, "open/p", 0o755)
			require.NoError(t, os.Chmod(d+"/open", 0o777))
			return file
		}, exec.ErrUntrusted},
		"OpenAbove": {"everyone replaces its folder", func(t *testing.T, d string) string {
			file := put(t, d, "open/in/p", 0o755)
			require.NoError(t, os.Chmod(d+"/open", 0o777))
			return file
		}, exec.ErrUntrusted},
		"StickyFolder": {"in which everyone keeps what is theirs", func(t *testing.T, d string) string {
			file := put(t, d, "open/p", 0o755)
			require.NoError(t, os.Chmod(d+"/open", 0o777|fs.ModeSticky))
			return file
		}, nil},
		"LinkInOpenFolder": {"everyone makes it lead elsewhere", func(t *testing.T, d string) string {
			file := put(t, d, "p", 0o755)
			require.NoError(t, os.Mkdir(d+"/open", 0o755))
			require.NoError(t, os.Chmod(d+"/open", 0o777))
			return link(t, file, d+"/open/l")
		}, exec.ErrUntrusted},
		"LinkThroughOpenFolder": {"however far it leads", func(t *testing.T, d string) string {
			put(t, d, "p", 0o755)
			require.NoError(t, os.Mkdir(d+"/open", 0o755))
			require.NoError(t, os.Chmod(d+"/open", 0o777))
			return link(t, "open/../p", d+"/l")
		}, exec.ErrUntrusted},
		"LinkLoop":      {"leads nowhere", func(t *testing.T, d string) string { return link(t, "l", d+"/l") }, syscall.ELOOP},
		"SetUser":       {"we could not end it", func(t *testing.T, d string) string { return put(t, d, "p", 0o755|fs.ModeSetuid) }, exec.ErrForbidden},
		"SetGroup":      {"nor that", func(t *testing.T, d string) string { return put(t, d, "p", 0o755|fs.ModeSetgid) }, exec.ErrForbidden},
		"NotExecutable": {"a document", func(t *testing.T, d string) string { return put(t, d, "p", 0o644) }, exec.ErrProgram},
		"Folder":        {"no file", func(t *testing.T, d string) string { return d }, exec.ErrProgram},
		"Missing":       {"not there", func(_ *testing.T, d string) string { return d + "/p" }, fs.ErrNotExist},
		"Relative":      {"the working folder decides", func(*testing.T, string) string { return "./p" }, exec.ErrProgram},
		"RelativeDir":   {"also with a folder", func(*testing.T, string) string { return "bin/p" }, exec.ErrProgram},
		"Dotted":        {"is not what it says", func(t *testing.T, d string) string { return put(t, d, "p", 0o755) + "/../p" }, exec.ErrProgram},
		"NUL":           {"the kernel would cut it", func(t *testing.T, d string) string { return put(t, d, "p", 0o755) + "\x00x" }, syscall.EINVAL},
		"Empty":         {"forgotten", func(*testing.T, string) string { return "" }, exec.ErrProgram},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exec.NewRegistry(config(), exec.Program{Name: "p", File: tc.file(t, folder(t)), Args: exec.Seq{}})
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestAProgramIsLookedForOnceAndInGoodFolders(t *testing.T) {
	first, second := folder(t), folder(t)
	put(t, second, "tool", 0o755)
	register := func(dirs ...string) error {
		_, err := exec.NewRegistry(exec.Config{Dirs: dirs, Owners: config().Owners}, exec.Program{Name: "tool", File: "tool", Args: exec.Seq{}})
		return err
	}
	t.Setenv("PATH", second)
	_, err := exec.NewRegistry(config(), exec.Program{Name: "tool", File: "tool", Args: exec.Seq{}})
	require.ErrorIs(t, err, fs.ErrNotExist, "the PATH of the moment is not asked")
	t.Chdir(second)
	require.ErrorIs(t, register(first), fs.ErrNotExist, "nor is the working folder")
	require.ErrorIs(t, register("", second), exec.ErrProgram, "an empty element of a PATH is the working folder")
	require.ErrorIs(t, register(".", second), exec.ErrProgram)
	require.NoError(t, register(first, second))
	put(t, first, "tool", 0o644)
	require.ErrorIs(t, register(first, second), exec.ErrProgram, "another of the same name is not taken instead")
	require.NoError(t, os.Chmod(first, 0o777))
	require.NoError(t, os.Chmod(filepath.Join(first, "tool"), 0o755))
	require.ErrorIs(t, register(first, second), exec.ErrUntrusted, "whoever put it there")
	require.NoError(t, os.Remove(filepath.Join(first, "tool")))
	require.NoError(t, register(first, second), "a folder it is not in does not matter")
}

func TestShellsAndLaunchersAreRefused(t *testing.T) {
	for _, base := range []string{"sh", "bash", "bash5.2", "bash-static", "dash", "zsh", "ksh", "fish", "busybox", "env", "sudo", "doas", "xargs", "nohup",
		"timeout", "setsid", "nsenter", "run0", "ld-linux-x86-64.so.2", "python3", "python3.11", "perl", "node", "awk"} {
		t.Run(base, func(t *testing.T) {
			dir := folder(t)
			file := put(t, dir, base, 0o755)
			word := exec.Seq{exec.Word("-c"), exec.Text{Max: 99}}
			_, err := exec.NewRegistry(config(), exec.Program{Name: "tool", File: file, Args: word})
			require.ErrorIs(t, err, exec.ErrForbidden, "by its name")
			_, err = exec.NewRegistry(config(), exec.Program{Name: "tool", File: link(t, base, dir+"/tool"), Args: word})
			require.ErrorIs(t, err, exec.ErrForbidden, "by where a link leads")
			other := put(t, dir, "other", 0o755)
			require.NoError(t, os.Remove(file))
			_, err = exec.NewRegistry(config(), exec.Program{Name: "tool", File: link(t, other, file), Args: word})
			require.ErrorIs(t, err, exec.ErrForbidden, "by the link's own name, which programs such as busybox go by")
		})
	}
}

func TestInterpretersRunFixedScripts(t *testing.T) {
	dir := folder(t)
	python := put(t, dir, "python3.11", 0o755)
	script := write(t, dir, "play.py", "print()", 0o644)
	open := write(t, dir, "open.py", "print()", 0o666)
	for name, tc := range map[string]struct {
		reason string
		shape  exec.Pattern
		want   error
	}{
		"Script":        {"a fixed script, then anything", exec.Seq{exec.Word(script), exec.Text{Max: 9}}, nil},
		"Scripts":       {"several", exec.Either{exec.Seq{exec.Word(script)}, exec.Seq{exec.OneOf{script, open}}}, nil},
		"Beneath":       {"beneath a directory of ours", exec.Seq{exec.Path{Beneath: dir}}, nil},
		"Code":          {"code in an argument", exec.Seq{exec.Word("-c"), exec.Text{Max: 99}}, exec.ErrForbidden},
		"Module":        {"a module by its name", exec.Seq{exec.Word("-m"), exec.Identifier{}}, exec.ErrForbidden},
		"RelativeWord":  {"a script of the working folder", exec.Word("play.py"), exec.ErrForbidden},
		"Input":         {"code on standard input", exec.Seq{}, exec.ErrForbidden},
		"MaybeInput":    {"or there at times", exec.Repeat{Max: 1, Of: exec.Word(script)}, exec.ErrForbidden},
		"OptionsFirst":  {"-c is an option", exec.Seq{exec.Options{{Name: "-I"}}, exec.Word(script)}, exec.ErrForbidden},
		"MaybeAnything": {"one way is enough", exec.Either{exec.Word(script), exec.Text{Max: 9}}, exec.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exec.NewRegistry(config(), exec.Program{Name: "python", File: python, Args: tc.shape})
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	r, err := exec.NewRegistry(config(), exec.Program{Name: "python", File: python, Args: exec.Seq{exec.Path{Beneath: dir}}})
	require.NoError(t, err)
	require.NoError(t, r.Check(exec.Command{Program: "python", Args: []string{script}}))
	require.ErrorIs(t, r.Check(exec.Command{Program: "python", Args: []string{open}}), exec.ErrUntrusted, "a script is code")
	require.ErrorIs(t, r.Check(exec.Command{Program: "python", Args: []string{dir + "/none.py"}}), fs.ErrNotExist)
}

func TestScriptsHaveGoodInterpreters(t *testing.T) {
	dir := folder(t)
	interpreter := put(t, dir, "interpreter", 0o755)
	another := write(t, dir, "another", "#!"+interpreter+"\n", 0o755)
	open := put(t, dir, "open", 0o777)
	for name, tc := range map[string]struct {
		reason, line string
		want         error
	}{
		"Good":       {"its interpreter is as good as a program", "#! " + interpreter + " -x\n", nil},
		"NoNewline":  {"the line may be all", "#!" + interpreter, nil},
		"Shell":      {"no shell ever", "#!/bin/sh\n", exec.ErrForbidden},
		"Env":        {"finds it by PATH", "#!/usr/bin/env python3\n", exec.ErrForbidden},
		"Relative":   {"of the working folder", "#!interpreter\n", exec.ErrProgram},
		"Nothing":    {"none", "#!\n", exec.ErrProgram},
		"Untrusted":  {"others change it", "#!" + open + "\n", exec.ErrUntrusted},
		"Script":     {"a script again", "#!" + another + "\n", exec.ErrProgram},
		"Missing":    {"not there", "#!" + dir + "/none\n", fs.ErrNotExist},
		"NotAtStart": {"no script", " #!/bin/sh\n", nil},
		"EmptyFile":  {"no script", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			file := write(t, folder(t), "tool", tc.line, 0o755)
			_, err := exec.NewRegistry(config(), exec.Program{Name: "script", File: file, Args: exec.Seq{}})
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestAProgramIsCheckedAgainAtEveryStart(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(t *testing.T, dir, file string)
		want   error
	}{
		"Untouched": {"stays good", func(*testing.T, string, string) {}, nil},
		"Upgraded":  {"by us or root", func(t *testing.T, dir, file string) { require.NoError(t, os.Rename(put(t, dir, "new", 0o755), file)) }, nil},
		"BecameLink": {"also to a good program", func(t *testing.T, dir, file string) {
			require.NoError(t, os.Remove(file))
			link(t, put(t, dir, "new", 0o755), file)
		}, exec.ErrUntrusted},
		"FileOpened": {"others write it now", func(t *testing.T, _, file string) { require.NoError(t, os.Chmod(file, 0o777)) }, exec.ErrUntrusted},
		"DirOpened":  {"others replace it now", func(t *testing.T, dir, _ string) { require.NoError(t, os.Chmod(dir, 0o777)) }, exec.ErrUntrusted},
		"Removed":    {"not there any more", func(t *testing.T, _, file string) { require.NoError(t, os.Remove(file)) }, fs.ErrNotExist},
		"BecameShell": {"a script for a shell", func(t *testing.T, dir, file string) {
			require.NoError(t, os.Rename(write(t, dir, "new", "#!/bin/sh\n", 0o755), file))
		}, exec.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			file := put(t, dir, "p", 0o755)
			r, err := exec.NewRegistry(config(), exec.Program{Name: "p", File: file, Args: exec.Seq{}})
			require.NoError(t, err)
			tc.change(t, dir, file)
			require.ErrorIs(t, r.Check(exec.Command{Program: "p"}), tc.want, tc.reason)
		})
	}
}

func TestNames(t *testing.T) {
	file := put(t, folder(t), "p", 0o755)
	p := exec.Program{Name: "p", File: file, Args: exec.Seq{}}
	_, err := exec.NewRegistry(config(), p, p)
	require.ErrorIs(t, err, exec.ErrProgram, "one name, one program")
	_, err = exec.NewRegistry(config(), exec.Program{File: file, Args: exec.Seq{}})
	require.ErrorIs(t, err, exec.ErrProgram, "a program has a name")
	r, err := exec.NewRegistry(config(), p)
	require.NoError(t, err)
	for _, name := range []string{"", "P", "q", file, "./p", "р"} {
		require.ErrorIs(t, r.Check(exec.Command{Program: name}), exec.ErrUnknownProgram, "%q is not registered", name)
	}
}

func TestWorkingFolders(t *testing.T) {
	r := children(t, nil)
	dir := folder(t)
	file := put(t, dir, "file", 0o644)
	open := filepath.Join(dir, "open")
	require.NoError(t, os.Mkdir(open, 0o755))
	require.NoError(t, os.Chmod(open, 0o777|fs.ModeSticky))
	t.Chdir(dir)
	for name, tc := range map[string]struct {
		reason, dir string
		want        error
	}{
		"None":     {"is the root directory, not ours", "", nil},
		"Ours":     {"only we write it", dir, nil},
		"Relative": {"depends on our folder", ".", paths.ErrNotAbsolute},
		"Open":     {"others put configuration there, sticky or not", open, exec.ErrUntrusted},
		"File":     {"no folder", file, exec.ErrCommand},
		"Missing":  {"not there", dir + "/none", fs.ErrNotExist},
		"NUL":      {"the kernel would cut it", dir + "\x00x", syscall.EINVAL},
	} {
		t.Run(name, func(t *testing.T) {
			c := as("look")
			c.Dir = tc.dir
			if tc.want != nil {
				_, err := r.Run(t.Context(), c)
				require.ErrorIs(t, err, tc.want, tc.reason)
				require.ErrorIs(t, err, exec.ErrCommand)
				return
			}
			want := tc.dir
			if want == "" {
				want = "/"
			}
			require.Equal(t, want, lookAround(t, r, c).Dir, tc.reason)
		})
	}
}
