package exec

import (
	"regexp"
	"strings"
)

// kind is what a program is by its file name.
type kind int

const (
	ordinary    kind = iota
	interpreter      // runs the script that its first argument names
	launcher         // runs whatever its arguments say: never registered
)

// version is what distributions append to a program's name.
var version = regexp.MustCompile(`^(.*?)[0-9.]*(-static)?$`)

// kindOf is the kind of a program by the last element of its path.
func kindOf(base string) kind {
	if strings.HasPrefix(base, "ld-linux") || strings.HasPrefix(base, "ld-musl") || strings.HasPrefix(base, "ld.so") {
		return launcher
	}
	if k := kindNamed(base); k != ordinary {
		return k
	}
	return kindNamed(version.FindStringSubmatch(base)[1])
}

func kindNamed(name string) kind {
	switch name {
	case "sh", "ash", "bash", "rbash", "dash", "zsh", "ksh", "mksh", "lksh", "oksh", "pdksh", "yash", "posh", "fish", "csh", "tcsh", "rc",
		"es", "elvish", "nu", "xonsh", "pwsh", "busybox", "toybox", "sash":
		return launcher
	case "env", "xargs", "parallel", "nohup", "setsid", "nice", "ionice", "chrt", "taskset", "timeout", "time", "stdbuf", "unbuffer",
		"script", "expect", "watch", "flock", "setarch", "linux32", "linux64", "chroot", "unshare", "nsenter", "prlimit", "setpriv",
		"capsh", "strace", "ltrace", "gdb", "perf", "valgrind", "start-stop-daemon", "systemd-run", "at", "batch", "screen", "tmux":
		return launcher
	case "sudo", "sudoedit", "su", "doas", "pkexec", "runuser", "run0", "newgrp", "sg":
		return launcher
	case "python", "pypy", "perl", "ruby", "irb", "node", "nodejs", "deno", "bun", "lua", "luajit", "php", "tclsh", "wish", "awk", "gawk",
		"mawk", "nawk", "java", "jshell", "Rscript", "guile", "sbcl", "clisp", "julia", "m4", "emacs", "vi", "vim", "nvim", "ed", "ex":
		return interpreter
	}
	return ordinary
}

// sway is how much a variable can make of a program.
type sway int

const (
	harmless sway = iota
	steering      // makes many programs run other code, or trust others: only values written at registration
	loading       // makes the dynamic loader, the C library or a shell run other code: never
)

// swayOf is what an environment variable can do.
func swayOf(name string) sway {
	for _, prefix := range []string{"LD_", "DYLD_", "BASH_FUNC_", "MALLOC_"} {
		if strings.HasPrefix(name, prefix) {
			return loading
		}
	}
	switch name {
	case "GLIBC_TUNABLES", "GCONV_PATH", "GETCONF_DIR", "LOCPATH", "NLSPATH", "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS", "RESOLV_HOST_CONF",
		"IFS", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4", "PROMPT_COMMAND", "CDPATH", "ZDOTDIR":
		return loading
	}
	for _, prefix := range []string{"GIT_", "PYTHON", "PERL", "RUBY", "GEM_", "NODE_", "npm_", "LUA_", "PHP", "JAVA_", "JDK_", "_JAVA", "MAVEN_",
		"CGO_", "GONO", "CARGO_", "RUST", "ANSIBLE_", "SBATCH_", "SRUN_", "SALLOC_", "OPENSSL_", "SSH_", "BAZEL", "TF_"} {
		if strings.HasPrefix(name, prefix) {
			return steering
		}
	}
	switch name {
	case "PATH", "SHELL", "EDITOR", "VISUAL", "PAGER", "MANPAGER", "BROWSER", "LESSOPEN", "LESSCLOSE", "CLASSPATH",
		"GOFLAGS", "GOROOT", "GOTOOLCHAIN", "GOTOOLDIR", "GOENV", "GOAUTH", "GOPACKAGESDRIVER", "GOCACHEPROG", "GOINSECURE", "GOPRIVATE", "GOSUMDB",
		"GOVCS", "GOWORK", "GODEBUG", "CC", "CXX", "FC", "AR", "LD", "AS", "GCCGO", "GCC_EXEC_PREFIX", "COMPILER_PATH", "PKG_CONFIG", "PKG_CONFIG_PATH",
		"MAKEFLAGS", "MFLAGS", "TERMINFO", "TERMCAP", "KUBECONFIG", "SLURM_CONF", "DOCKER_HOST", "DOCKER_CONFIG", "SSL_CERT_FILE", "SSL_CERT_DIR":
		return steering
	}
	return harmless
}
