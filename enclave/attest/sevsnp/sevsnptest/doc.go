// Package sevsnptest is a maker of processors that does not exist: with roots of its own it signs reports of any chip, firmware and
// guest, so that tests see what no genuine recording shows. A verifier with AMD's roots takes none of it.
package sevsnptest
