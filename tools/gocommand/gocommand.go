// Package gocommand finds the go command of whoever started a tool, to be run through security/exec.
//
// It is for tools that people run in a checkout. Nothing that ships builds anything.
package gocommand

import (
	"os"
	"path/filepath"

	"github.com/virtengine/virtengine/security/exec"
)

// Name is what commands name it by.
const Name = "go"

// variables are what the go command reads of its caller's environment: where its files are, and where modules come from.
var variables = [...]string{
	"HOME", "PATH", "TMPDIR", "GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GOTOOLCHAIN", "CGO_ENABLED",
	"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
}

// Program describes the go command with arguments of one shape. Its environment is our own, of this moment, and what fixed
// says.
func Program(args exec.Pattern, fixed map[string]string) exec.Program {
	env := map[string]exec.Slot{}
	for _, name := range variables {
		if value, found := os.LookupEnv(name); found && value != "" {
			env[name] = exec.Word(value)
		}
	}
	for name, value := range fixed {
		env[name] = exec.Word(value)
	}
	return exec.Program{Name: Name, File: Name, Args: args, Env: env}
}

// Dirs are the folders in which our caller has programs: PATH, without what is relative to somewhere.
func Dirs() (dirs []string) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if filepath.IsAbs(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
