package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/ml/publish/registry"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
	"github.com/virtengine/virtengine/security/secret/keyring"
)

func TestPackStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/pack",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"flip": flip, "spec": changeSpec, "follows": follows,
		},
		Setup: func(e *testscript.Env) error { return packDesk(t, e) },
	})
}

// packDesk puts what packtest has into a story's folder: a spec with its files, two signers and a stranger, and a server of the
// registry in the story's folder "registry".
func packDesk(t *testing.T, e *testscript.Env) error {
	files := map[string][]byte{}
	for name, content := range packtest.Files() {
		files[name] = content
	}
	spec, err := json.MarshalIndent(packtest.Spec(), "", "  ")
	if err != nil {
		return err
	}
	files["spec.json"] = spec
	for n, name := range map[byte]string{1: "ann", 2: "ben", 9: "stranger"} {
		files[name+".pem"] = packtest.KeyPEM(t, n)
		public, err := packtest.Signer(t, n).Public().PEM()
		if err != nil {
			return err
		}
		files[name+".pub"] = public
		e.Setenv(name, packtest.Signer(t, n).Public().ID().String())
	}
	files["trusted.pem"] = append(bytes.Clone(files["ann.pub"]), files["ben.pub"]...)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(e.WorkDir, name), content, 0o600); err != nil {
			return err
		}
	}
	e.Setenv("BENS_KEY", string(files["ben.pem"]))
	if err := fillKeyring(e, files["ben.pem"]); err != nil {
		return err
	}
	return serveRegistry(e)
}

// fillKeyring puts a key into keys.age as "packs/ben", and what opens it into identity.txt.
func fillKeyring(e *testscript.Env, key []byte) error {
	identity, err := keyring.NewIdentity()
	if err != nil {
		return err
	}
	text, err := identity.Reveal()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(e.WorkDir, "identity.txt"), []byte(text), 0o600); err != nil {
		return err
	}
	opens, err := keyring.Identity(identity)
	if err != nil {
		return err
	}
	file := filepath.Join(e.WorkDir, "keys.age")
	if err := keyring.Create(file, opens); err != nil {
		return err
	}
	ring, err := keyring.Open(file, opens, time.Now)
	if err != nil {
		return err
	}
	_, err = ring.Put(context.Background(), "packs/ben", secret.Move(key))
	return err
}

// serveRegistry answers on loopback, at $SERVER, from the story's folder "registry".
func serveRegistry(e *testscript.Env) error {
	dir, err := paths.MakeDir(filepath.Join(e.WorkDir, "registry"))
	if err != nil {
		return err
	}
	d, err := registry.OpenDisk(dir, pack.Limits{})
	if err != nil {
		return err
	}
	h, err := registry.Handler(d)
	if err != nil {
		return err
	}
	s, err := httpx.NewServer(httpx.ServerConfig{Handler: h, Log: slog.New(slog.DiscardHandler), Entropy: entropy.Reader()})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	e.Setenv("SERVER", "http://"+l.Addr().String())
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	e.Defer(func() {
		stop()
		<-done
		_ = dir.Close()
	})
	return nil
}

// flip changes one bit of the byte at which a text begins in a file: flip FILE TEXT.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	raw := []byte(ts.ReadFile(args[0]))
	i := bytes.Index(raw, []byte(args[1]))
	if i < 0 {
		ts.Fatalf("%s holds no %q", args[0], args[1])
	}
	raw[i] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), raw, 0o600))
}

// changeSpec replaces a text in spec.json: spec OLD NEW.
func changeSpec(ts *testscript.TestScript, _ bool, args []string) {
	raw := []byte(ts.ReadFile("spec.json"))
	if !bytes.Contains(raw, []byte(args[0])) {
		ts.Fatalf("spec.json holds no %q", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs("spec.json"), bytes.Replace(raw, []byte(args[0]), []byte(args[1]), 1), 0o600))
}

// follows makes spec.json name a pack as the previous one: follows PACK.
func follows(ts *testscript.TestScript, _ bool, args []string) {
	p, _, err := readPack(ts.MkAbs(args[0]))
	ts.Check(err)
	changeSpec(ts, false, []string{`"previous": ""`, `"previous": "` + p.ID().String() + `"`})
}

func TestFlagsThatMeanNothingAreRefused(t *testing.T) {
	var f policy
	_, err := f.read()
	require.Error(t, err, "who trusts nobody verifies nothing")
	require.Error(t, override(map[string]string{"a": "/a"}, []string{"a=b", "a=c"}), "one file from two places")
	require.Error(t, override(map[string]string{"a": "/a"}, []string{"b=c"}), "a file that the spec does not list")
}
