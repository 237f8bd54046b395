package eval

import (
	"fmt"
	"math/big"
)

// Forecast is a probability that was given, and what came.
type Forecast struct {
	PPM  int64 // 0..Million
	Came bool
}

// Bin is the forecasts between two probabilities.
type Bin struct {
	From  int64 `json:"from_ppm"` // inclusive
	To    int64 `json:"to_ppm"`   // exclusive, but for the last
	Count int64 `json:"count"`
	Came  int64 `json:"came"`
	Sum   int64 `json:"sum_ppm"` // of the probabilities
}

// Calibration is forecasts held against what came, in bins of equal width.
type Calibration struct {
	Bins []Bin `json:"bins"`
	ECE  int64 `json:"ece_ppm"` // expected calibration error
}

// MaxBins bounds the bins of a calibration or a histogram.
const MaxBins = 1000

// Calibrate sorts forecasts into bins. The expected calibration error is the mean, over all forecasts, of the distance between
// the mean probability of a forecast's bin and the share of that bin that came. Fails with ErrEmpty and ErrRange.
func Calibrate(all []Forecast, bins int) (*Calibration, error) {
	if bins < 1 || bins > MaxBins {
		return nil, fmt.Errorf("%w: %d bins, from 1 to %d", ErrRange, bins, MaxBins)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: no forecasts", ErrEmpty)
	}
	n := int64(bins)
	c := &Calibration{Bins: make([]Bin, bins)}
	for i := range n {
		// A probability p is in bin floor(p·n/million), so a bin begins at the ceiling of i·million/n.
		c.Bins[i].From, c.Bins[i].To = (i*Million+n-1)/n, ((i+1)*Million+n-1)/n
	}
	for _, f := range all {
		if f.PPM < 0 || f.PPM > Million {
			return nil, fmt.Errorf("%w: a probability of %d ppm", ErrRange, f.PPM)
		}
		b := &c.Bins[min(f.PPM*n/Million, n-1)]
		b.Count++
		b.Sum += f.PPM
		if f.Came {
			b.Came++
		}
	}
	apart := int64(0)
	for _, b := range c.Bins {
		apart += max(b.Sum-b.Came*Million, b.Came*Million-b.Sum)
	}
	ece, err := PPM(new(big.Rat).SetFrac64(apart, int64(len(all))*Million))
	c.ECE = ece
	return c, err
}
