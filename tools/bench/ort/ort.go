package ort

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/security/paths"
)

// Version is the release that ours is held against.
const Version = "1.30.0"

// ErrRefused says that onnxruntime-web did not run a model; the text is its own.
var ErrRefused = errors.New("onnxruntime-web refuses")

//go:embed ort.mjs
var script []byte

// Job is one model with its inputs.
type Job struct {
	Model  string // absolute path of an ONNX file
	Inputs map[string]*value.Tensor
	Runs   int // timed ones, behind a first one that is not
}

// Answer is what came of a Job.
type Answer struct {
	Err     error // wraps ErrRefused
	Outputs map[string]*value.Tensor
	Times   []time.Duration
}

// kinds are the element types that both sides have arrays for, by the name that both use.
var kinds = map[string]onnx.DType{
	"float32": onnx.Float32, "float64": onnx.Float64, "float16": onnx.Float16, "bool": onnx.Bool,
	"int8": onnx.Int8, "int16": onnx.Int16, "int32": onnx.Int32, "int64": onnx.Int64,
	"uint8": onnx.Uint8, "uint16": onnx.Uint16, "uint32": onnx.Uint32, "uint64": onnx.Uint64,
}

// tensor is how values travel.
type tensor struct {
	Name string  `json:"name"`
	Type string  `json:"type"`
	Dims []int64 `json:"dims"`
	Data []byte  `json:"data"`
}

type job struct {
	ID     int      `json:"id"`
	Model  string   `json:"model"`
	Inputs []tensor `json:"inputs"`
	Runs   int      `json:"runs"`
}

type answer struct {
	Error   string   `json:"error"`
	Outputs []tensor `json:"outputs"`
	Times   []int64  `json:"nanoseconds"`
}

// Peer is an installed onnxruntime-web.
type Peer struct {
	dir, script string
	run         *exec.Registry
}

// New takes a folder that holds node_modules/onnxruntime-web. Fails where it does not, or where there is no node.
func New(dir string) (*Peer, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "node_modules", "onnxruntime-web", "package.json")
	raw, err := paths.ReadFile(file, 1<<20)
	if err != nil {
		return nil, fmt.Errorf("%w; hint: npm install --ignore-scripts onnxruntime-web@%s there", err, Version)
	}
	var about struct{ Version string }
	if err := json.Unmarshal(raw, &about); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if about.Version != Version {
		return nil, fmt.Errorf("%s is %s, and ours is held against %s", file, about.Version, Version)
	}
	own := filepath.Join(dir, "ort.mjs")
	if err := paths.WriteFile(own, script, paths.Private); err != nil {
		return nil, err
	}
	run, err := exec.NewRegistry(exec.Config{}, exec.Program{Name: "node", File: "node", Args: exec.Seq{exec.Word(own)}})
	if err != nil {
		return nil, fmt.Errorf("%w; hint: the peer runs in Node.js 20 or later", err)
	}
	return &Peer{dir: dir, script: own, run: run}, nil
}

// Run runs jobs one after the other in one process, one thread each. A model that is refused is an Answer, not an error.
func (p *Peer) Run(ctx context.Context, jobs []Job) ([]Answer, error) {
	var lines bytes.Buffer
	for i, j := range jobs {
		line := job{ID: i, Model: j.Model, Runs: j.Runs}
		for name, v := range j.Inputs {
			t := v.ToONNX(name)
			line.Inputs = append(line.Inputs, tensor{Name: name, Type: t.DType.String(), Dims: append([]int64{}, t.Shape...), Data: t.Data})
		}
		if err := json.NewEncoder(&lines).Encode(line); err != nil {
			return nil, err
		}
	}
	result, err := p.run.Run(ctx, exec.Command{
		Program: "node", Args: []string{p.script}, Dir: p.dir, Stdin: &lines, MaxOutput: 1 << 30, Timeout: time.Hour,
	})
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(result.Stdout))
	out := make([]Answer, len(jobs))
	for i := range out {
		var a answer
		if err := d.Decode(&a); err != nil {
			return nil, fmt.Errorf("answer %d of onnxruntime-web: %w", i, err)
		}
		if out[i], err = a.read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (a answer) read() (Answer, error) {
	if a.Error != "" {
		return Answer{Err: fmt.Errorf("%w: %s", ErrRefused, a.Error)}, nil
	}
	out := Answer{Outputs: map[string]*value.Tensor{}}
	for _, n := range a.Times {
		out.Times = append(out.Times, time.Duration(n))
	}
	for _, t := range a.Outputs {
		kind, known := kinds[t.Type]
		if !known {
			return Answer{Err: fmt.Errorf("%w: an output of %s", ErrRefused, t.Type)}, nil
		}
		var err error
		if out.Outputs[t.Name], err = value.FromONNX(&onnx.Tensor{Name: t.Name, DType: kind, Shape: t.Dims, Data: t.Data}); err != nil {
			return out, err
		}
	}
	return out, nil
}
