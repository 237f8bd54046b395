package manifest

import "github.com/virtengine/virtengine/security/hashes"

// Format is the version of the format that this package reads and writes.
const Format = "ve-pack-1"

// Contract says by which rules a pack's model is computed (docs/determinism.md).
type Contract string

// The contracts.
const (
	Integer8 Contract = "ve-i8-1"  // the file with role IntegerProgram runs
	Float32  Contract = "ve-f32-1" // the file with role FloatGraph runs
)

// Role is what a file is for.
type Role string

// The roles.
const (
	FloatGraph       Role = "float-graph"       // ONNX of the profile
	IntegerProgram   Role = "integer-program"   // ONNX with integer operators, for ve-i8-1
	Card             Role = "card"              // for people: what the model is for, and what not
	Evaluation       Role = "evaluation"        // the run that the metrics are of
	Licence          Role = "licence"           // the text
	ConformanceInput Role = "conformance-input" // a TensorProto that a triple names
)

// Manifest describes a pack. Every field is written, also an empty one.
type Manifest struct {
	Format        string        `json:"format"`
	ID            hashes.Digest `json:"id"`   // of all the rest
	Name          string        `json:"name"` // face-detector
	Version       Version       `json:"version"`
	Previous      string        `json:"previous"` // id of the pack that it replaces, to which one may go back; "" for the first
	Contract      Contract      `json:"contract"`
	Files         []File        `json:"files"`  // by name
	Models        []Model       `json:"models"` // one for each float graph and integer program, by file
	Preprocessing Preprocessing `json:"preprocessing"`
	Score         ScoreTable    `json:"score"`
	Conformance   []Triple      `json:"conformance"` // three or more
	Training      Training      `json:"training"`
	Metrics       Metrics       `json:"metrics"`
	Licence       string        `json:"licence"` // SPDX expression
}

// File is a file of the pack. Neither the manifest nor signatures are among them.
type File struct {
	Name   string        `json:"name"` // one element, no path
	Bytes  int64         `json:"bytes"`
	Digest hashes.Digest `json:"digest"` // SHA-256
	Role   Role          `json:"role"`
}

// Model is what a file that can be run contains.
type Model struct {
	File       string           `json:"file"`
	Graph      hashes.Digest    `json:"graph"`  // of the decoded graph, so that the order of fields in the file does not matter
	Opsets     map[string]int64 `json:"opsets"` // of each domain; "ai.onnx" is ONNX's own
	Inputs     []Value          `json:"inputs"`
	Outputs    []Value          `json:"outputs"`
	MACs       int64            `json:"macs"`        // multiplications of one run; 0: was not counted
	ArenaBytes int64            `json:"arena_bytes"` // memory of one run besides weights; 0: was not counted
}

// Value is an input or output.
type Value struct {
	Name  string  `json:"name"`
	DType string  `json:"dtype"` // float32, int8, ...
	Shape []int64 `json:"shape"` // each above 0
}

// Preprocessing says how what a person gives becomes the input tensor: x = (source − Mean) / Divisor, element by element.
type Preprocessing struct {
	Source  string `json:"source"` // "luma": 8-bit gray, NCHW of [1, Frames, Height, Width]; "vector": [1, Width]
	Width   int64  `json:"width"`
	Height  int64  `json:"height"` // 1 for a vector
	Frames  int64  `json:"frames"` // 1 but for sequences
	Mean    int64  `json:"mean"`
	Divisor int64  `json:"divisor"` // above 0; 1 where the input is integers
	Crop    string `json:"crop"`    // name of a rule of the pipeline, or "none"; who does not know it refuses the pack
	Resize  string `json:"resize"`  // the same
}

// Training says how to make the model again.
type Training struct {
	Command     string `json:"command"`
	Seed        int64  `json:"seed"`         // from 0 to 2^53-1
	DataVersion string `json:"data_version"` // of the generator of the data
	GoVersion   string `json:"go_version"`   // go1.26.8
}

// Metrics are what an evaluation found.
type Metrics struct {
	Evaluation hashes.Digest `json:"evaluation"` // of the file with that role
	Values     []Metric      `json:"values"`     // by name
}

// Metric is one number, in parts per million: an accuracy of 1 is 1000000.
type Metric struct {
	Name string `json:"name"`
	PPM  int64  `json:"ppm"`
}

// NoScore stands for the score of a triple where the pack has no table.
const NoScore = -1

// Triple is a run that everybody finds again: inputs, outputs by digest, and the score.
type Triple struct {
	Name    string         `json:"name"`
	Inputs  []TripleInput  `json:"inputs"`  // one for each input of the model, by name
	Outputs []TripleOutput `json:"outputs"` // one for each output, by name
	Score   int64          `json:"score"`   // basis points, or NoScore
}

// TripleInput is a tensor that is in the pack or grows from a seed.
type TripleInput struct {
	Name   string        `json:"name"`
	File   string        `json:"file"`   // with role ConformanceInput; "": from Seed
	Seed   int64         `json:"seed"`   // 0 where there is a File
	Digest hashes.Digest `json:"digest"` // of the tensor
}

// TripleOutput is what the model gives.
type TripleOutput struct {
	Name   string        `json:"name"`
	Digest hashes.Digest `json:"digest"` // of the tensor
}
