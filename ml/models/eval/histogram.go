package eval

import "fmt"

// Histogram counts scores of both classes between two ends.
type Histogram struct {
	From, To  int64 // of all scores; To is in the last bin
	Genuine   []int64
	Impostors []int64
}

// NewHistogram counts trials in bins of equal width. Fails with ErrEmpty and ErrRange.
func NewHistogram(trials []Trial, bins int) (*Histogram, error) {
	if len(trials) == 0 {
		return nil, fmt.Errorf("%w: no trials", ErrEmpty)
	}
	if bins < 1 || bins > MaxBins {
		return nil, fmt.Errorf("%w: %d bins, from 1 to %d", ErrRange, bins, MaxBins)
	}
	h := &Histogram{From: trials[0].Score, To: trials[0].Score, Genuine: make([]int64, bins), Impostors: make([]int64, bins)}
	for _, t := range trials {
		if t.Score > MaxScore/MaxBins || t.Score < -MaxScore/MaxBins {
			return nil, fmt.Errorf("%w: a score of %d", ErrRange, t.Score)
		}
		h.From, h.To = min(h.From, t.Score), max(h.To, t.Score)
	}
	width := h.To - h.From + 1
	for _, t := range trials {
		i := (t.Score - h.From) * int64(bins) / width
		if t.Genuine {
			h.Genuine[i]++
		} else {
			h.Impostors[i]++
		}
	}
	return h, nil
}
