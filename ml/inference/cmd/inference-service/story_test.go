package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/client"
	"github.com/virtengine/virtengine/ml/inference/service/servicetest"
	"github.com/virtengine/virtengine/ml/publish/packtest"
)

var update = flag.Bool("update", false, "write what the stories expect anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"inference-service": func() { main() },
		"score":             func() { os.Exit(scoreCommand(os.Args[1:])) },
		"ask":               func() { os.Exit(ask(os.Args[1:])) },
		"damage":            func() { os.Exit(damage(os.Args[1:])) },
	})
}

func TestStories(t *testing.T) {
	packs := map[string][]byte{}
	for _, name := range pipeline.Models() {
		raw, err := servicetest.Pack(t, name).Archive()
		require.NoError(t, err)
		packs[name] = raw
	}
	floats, err := servicetest.Float(t, pipeline.LivenessModel).Archive()
	require.NoError(t, err)
	key, err := packtest.Signer(t, servicetest.Key).Public().PEM()
	require.NoError(t, err)
	stranger, err := packtest.Signer(t, 9).Public().PEM()
	require.NoError(t, err)
	params, err := json.Marshal(pipelinetest.Params())
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			var names []string
			files := map[string][]byte{"keys.pem": key, "stranger.pem": stranger, "params.json": params, "floats.vepack": floats}
			for name, raw := range packs {
				files[name+".vepack"] = raw
				names = append(names, filepath.Join(e.WorkDir, name+".vepack"))
			}
			slices.Sort(names)
			for name, raw := range files {
				if err := os.WriteFile(filepath.Join(e.WorkDir, name), raw, 0o600); err != nil {
					return err
				}
			}
			short, err := os.MkdirTemp("", "ve") // a socket's path has 107 bytes at most
			if err != nil {
				return err
			}
			e.Defer(func() { _ = os.RemoveAll(short) })
			e.Setenv("SOCK", short)
			e.Setenv("VE_INFERENCE_PACKS_FILES", strings.Join(names, ","))
			e.Setenv("VE_INFERENCE_PACKS_KEYS", filepath.Join(e.WorkDir, "keys.pem"))
			e.Setenv("VE_INFERENCE_PIPELINE_PARAMS_FILE", filepath.Join(e.WorkDir, "params.json"))
			e.Setenv("VE_INFERENCE_LISTEN_GRPC", "unix:"+short+"/grpc.sock")
			e.Setenv("VE_INFERENCE_LISTEN_HTTP", "unix:"+short+"/http.sock")
			e.Setenv("VE_INFERENCE_LIMITS_TIMEOUT", "20s")
			return nil
		},
	})
}

// scoreCommand SOCKET scores the ordinary holder over gRPC, once the service is there, and prints the reply.
func scoreCommand(args []string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	reply, err := scored(ctx, args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	text, err := (&jsonpb.Marshaler{OrigName: true, Indent: "  "}).MarshalToString(reply)
	fmt.Println(text)
	if err != nil {
		return 1
	}
	return 0
}

func scored(ctx context.Context, socket string) (*api.ScoreReply, error) {
	c, err := client.Unix(socket)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	for {
		d, err := c.Describe(ctx, &api.DescribeRequest{})
		if err == nil {
			var reply *api.ScoreReply
			if reply, err = c.Score(ctx, servicetest.RequestTo(pipelinetest.Ordinary(), d.PackIds)); err == nil {
				return reply, nil
			}
		}
		if r := client.Reason(err); ctx.Err() != nil || (r != "" && r != "NOT_READY") {
			return nil, err
		}
	}
}

// ask SOCKET PATH gets a path over HTTP, once the service is there.
func ask(args []string) int {
	h := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", args[0])
	}}}
	res, err := h.Get("http://service" + args[1])
	for end := time.Now().Add(time.Minute); err != nil && time.Now().Before(end); {
		res, err = h.Get("http://service" + args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var body bytes.Buffer
	_, err = io.Copy(&body, res.Body)
	fmt.Println(res.Status, body.String())
	if errors.Join(err, res.Body.Close()) != nil {
		return 1
	}
	return 0
}

// damage FILE changes one byte in the middle.
func damage(args []string) int {
	raw, err := os.ReadFile(args[0])
	if err == nil {
		raw[len(raw)/2] ^= 1
		err = os.WriteFile(args[0], raw, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
