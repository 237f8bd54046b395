package eval

import "fmt"

// Confusion counts what was taken for what.
type Confusion struct {
	Labels []string  `json:"labels"`
	Counts [][]int64 `json:"counts"` // [truth][answer]
}

// NewConfusion makes an empty matrix. Fails with ErrEmpty without labels.
func NewConfusion(labels ...string) (*Confusion, error) {
	if len(labels) == 0 {
		return nil, fmt.Errorf("%w: no labels", ErrEmpty)
	}
	c := &Confusion{Labels: labels, Counts: make([][]int64, len(labels))}
	for i := range c.Counts {
		c.Counts[i] = make([]int64, len(labels))
	}
	return c, nil
}

// Add counts one answer, by the labels' places. Fails with ErrRange.
func (c *Confusion) Add(truth, answer int) error {
	if truth < 0 || answer < 0 || truth >= len(c.Labels) || answer >= len(c.Labels) {
		return fmt.Errorf("%w: label %d taken for %d, of %d labels", ErrRange, truth, answer, len(c.Labels))
	}
	c.Counts[truth][answer]++
	return nil
}

// Accuracy is how often the answer was the truth. Fails with ErrEmpty.
func (c *Confusion) Accuracy() (Rate, error) {
	right, all := int64(0), int64(0)
	for i, row := range c.Counts {
		for j, n := range row {
			all += n
			if i == j {
				right += n
			}
		}
	}
	return NewRate(right, all)
}

// Recall is how often a label was found where it was the truth. Fails with ErrEmpty where it never was, and with ErrRange.
func (c *Confusion) Recall(label int) (Rate, error) {
	if label < 0 || label >= len(c.Labels) {
		return Rate{}, fmt.Errorf("%w: label %d of %d", ErrRange, label, len(c.Labels))
	}
	all := int64(0)
	for _, n := range c.Counts[label] {
		all += n
	}
	return NewRate(c.Counts[label][label], all)
}

// Precision is how often an answer was right. Fails with ErrEmpty where it was never given, and with ErrRange.
func (c *Confusion) Precision(label int) (Rate, error) {
	if label < 0 || label >= len(c.Labels) {
		return Rate{}, fmt.Errorf("%w: label %d of %d", ErrRange, label, len(c.Labels))
	}
	all := int64(0)
	for _, row := range c.Counts {
		all += row[label]
	}
	return NewRate(c.Counts[label][label], all)
}
