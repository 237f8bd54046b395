package audit

import (
	"testing"
	"time"
)

// BenchmarkAppend is bound by fsync; together, callers share it.
func BenchmarkAppend(b *testing.B) {
	open := func(b *testing.B, commits *int) *Log {
		l, err := Open(newDir(b), Options{Now: time.Now, Committed: func(Commit) { *commits++ }})
		if err != nil {
			b.Fatal(err)
		}
		return l
	}
	b.Run("alone", func(b *testing.B) {
		commits := 0
		l := open(b, &commits)
		for b.Loop() {
			if _, err := l.Append(rotateKey(1)); err != nil {
				b.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("together", func(b *testing.B) {
		commits := 0
		l := open(b, &commits)
		b.SetParallelism(64)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if _, err := l.Append(rotateKey(1)); err != nil {
					b.Error(err)
					return
				}
			}
		})
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(b.N)/float64(max(commits, 1)), "records/fsync")
	})
}

// BenchmarkVerify is what Open costs too.
func BenchmarkVerify(b *testing.B) {
	d := newDir(b)
	o := Options{Now: time.Now, wrap: func(f file) file { return unsynced{f} }}
	write(b, d, o, 10_000)
	for b.Loop() {
		report, err := Verify(d, Expect{})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(report.Bytes)
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

type unsynced struct{ file }

func (unsynced) Sync() error { return nil }
