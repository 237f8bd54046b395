// Package pipelinetest is a small world in which the pipeline works: six models of a few integer convolutions, written by
// hand, and pictures that they can read.
//
// The models are real: programs of ve-i8-1, and graphs of ve-f32-1, that the engines run. What they recognise is drawn here: a face is a bright spot with a
// pattern around it, a letter is a column of bright and dark rows, a field is a shade of gray. So a test that goes through them
// shows that crops, scales, orders and digests are right, and says nothing of faces.
//
// For tests of the pipeline, the service and its command.
package pipelinetest
