// Command sheet draws a contact sheet of what the generators of ml/models/data make, so that a person can look at what the
// models learn from.
//
//	go run ./ml/models/cmd/sheet --kind face --seed 7 --out /tmp/faces.png
//
// Kinds: face (one person per row), aligned, scene, text, liveness (one sequence per row), document, photo, forgery. The
// same flags give the same pixels.
package main
