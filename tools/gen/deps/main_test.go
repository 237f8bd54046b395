package main

import (
	"strings"
	"testing"
)

func TestGenerateWritesOneRepositoryForEachModule(t *testing.T) {
	mod := `module example.com/ours

go 1.26

require example.com/Alpha/v2 v2.1.0 // indirect

require (
	gopkg.in/yaml.v3 v3.0.1
	example.com/old v1.0.0
)

replace example.com/old => example.com/new v1.5.0
`
	sum := `example.com/Alpha/v2 v2.1.0 h1:alpha=
example.com/Alpha/v2 v2.1.0/go.mod h1:wrong=
example.com/new v1.5.0 h1:new=
gopkg.in/yaml.v3 v3.0.1 h1:yaml=
`
	got, err := generate([]byte(mod), []byte(sum))
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(got), "touch.\"\"\"\n")
	want := `    go_repository(
        name = "com_example_alpha_v2",
        build_file_generation = "clean",
        build_file_proto_mode = "disable_global",
        importpath = "example.com/Alpha/v2",
        sum = "h1:alpha=",
        version = "v2.1.0",
    )
    go_repository(
        name = "com_example_old",
        build_file_generation = "clean",
        build_file_proto_mode = "disable_global",
        importpath = "example.com/old",
        replace = "example.com/new",
        sum = "h1:new=",
        version = "v1.5.0",
    )
    go_repository(
        name = "in_gopkg_yaml_v3",
        build_file_generation = "clean",
        build_file_proto_mode = "disable_global",
        importpath = "gopkg.in/yaml.v3",
        sum = "h1:yaml=",
        version = "v3.0.1",
    )
`
	if body != want {
		t.Errorf("have:\n%s\nwant:\n%s", body, want)
	}
}

func TestGenerateNamesWhatIsMissingOrUnreadable(t *testing.T) {
	for name, test := range map[string]struct{ mod, want string }{
		"no checksum":        {"require example.com/a v1.0.0\n", "go.sum has no checksum for example.com/a v1.0.0"},
		"no version":         {"require example.com/a\n", "go.mod:1: want a module and a version"},
		"replaced by folder": {"require example.com/a v1.0.0\nreplace example.com/a => ../a\n", "go.mod:2: a replacement needs a module and a version"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := generate([]byte(test.mod), nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q in it", err, test.want)
			}
		})
	}
}
