package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/virtengine/virtengine/daemons/provider/backend/local"
)

func TestMain(m *testing.M) {
	local.Init()
	testscript.Main(m, map[string]func(){"provider-daemon": func() { os.Exit(run()) }})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("VE_PROVIDER_HOME", e.WorkDir+"/home")
			return nil
		},
	})
}
