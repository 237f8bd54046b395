// Package good says why a line must start a program itself.
package good

import "os/exec"

func version() ([]byte, error) {
	//ve:allow command a fixed program without arguments, named by the build
	return exec.Command("/usr/lib/go/bin/go").Output()
}
