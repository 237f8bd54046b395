// Package ort runs ONNX models on onnxruntime-web, the peer that the engine is held against: its speed, and its results where no
// case is published. It needs node and a folder in which npm has installed onnxruntime-web; see Install.
package ort
