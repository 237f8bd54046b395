package exec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/exec"
)

// TestShapesWeNeed are the programs that VirtEngine starts, as they are registered where they are used.
func TestShapesWeNeed(t *testing.T) {
	home, state := exec.Path{Beneath: "/srv/localnet"}, exec.Path{Beneath: "/var/lib/ve"}
	loopback := exec.Prefixed{Prefix: "tcp://127.0.0.1:", Value: exec.Int{Max: 65535}}
	for name, tc := range map[string]struct {
		shape     exec.Pattern
		good, bad []string
	}{
		"go build": {
			exec.Seq{exec.Word("build"), exec.Word("-trimpath"), exec.Word("-o"), home, exec.Match(`github\.com/virtengine/virtengine/[a-z/-]+`)},
			[]string{"build", "-trimpath", "-o", "/srv/localnet/bin/x", "github.com/virtengine/virtengine/chain/cmd/virtengine"},
			[]string{"build", "-trimpath", "-o", "/srv/localnet/bin/x", "example.org/evil"},
		},
		"go tool": {
			exec.Seq{exec.Word("tool"), exec.OneOf{"protoc-gen-gocosmos", "protoc-gen-swagger"}},
			[]string{"tool", "protoc-gen-swagger"}, []string{"tool", "-n"},
		},
		"protoc-gen-x": {exec.Seq{}, nil, []string{"--help"}},
		"ansible-playbook": {
			exec.Seq{exec.Word("-i"), state, exec.Word("--extra-vars"), exec.Prefixed{Prefix: "@", Value: state}, exec.Word("/etc/ve/play.yml")},
			[]string{"-i", "/var/lib/ve/1/hosts", "--extra-vars", "@/var/lib/ve/1/vars.json", "/etc/ve/play.yml"},
			[]string{"-i", "/var/lib/ve/1/hosts", "--extra-vars", "ansible_connection=local", "/etc/ve/play.yml"},
		},
		"sbatch": {
			exec.Seq{exec.Word("--parsable"), exec.Options{{Name: "--time=", Value: exec.Int{Min: 1, Max: 10080}}, {Name: "--partition", Value: exec.Identifier{}}}, state},
			[]string{"--parsable", "--time=60", "--partition", "gpu", "/var/lib/ve/1/job.sh"},
			[]string{"--parsable", "--wrap=id", "/var/lib/ve/1/job.sh"},
		},
		"virtengine start": {
			exec.Seq{exec.Word("start"), exec.Options{{Name: "--home", Value: home}, {Name: "--rpc.laddr", Value: loopback}, {Name: "--config", Value: home}}},
			[]string{"start", "--home", "/srv/localnet/node0", "--rpc.laddr", "tcp://127.0.0.1:0"},
			[]string{"start", "--home", "/srv/localnet/node0", "--rpc.laddr", "tcp://0.0.0.0:0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := shaped(t, tc.shape)
			require.NoError(t, r.Check(exec.Command{Program: "child", Args: tc.good}))
			require.ErrorIs(t, r.Check(exec.Command{Program: "child", Args: tc.bad}), exec.ErrArgument)
		})
	}
}
