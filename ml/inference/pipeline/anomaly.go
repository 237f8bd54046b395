package pipeline

// A rectified document as the autoencoder sees it.
const anomalyW, anomalyH = 96, 64

// anomaly is the mean absolute difference between a document and what the autoencoder makes of it, in 256ths of a luma, rounded
// down. Forged parts are what it has not learned to draw.
func (r *run) anomaly(document Gray) (int64, error) {
	small := r.picture(document.resized(rect{0, 0, document.W, document.H}, anomalyW, anomalyH))
	out, err := r.run(DocumentAnomaly, small.tensor(1, 1, anomalyH, anomalyW), 1, 1, anomalyH, anomalyW)
	if err != nil {
		return 0, err
	}
	sum := int64(0)
	for i, p := range small.Pix {
		// Both with 24 bits behind the point, and 128 lumas to one.
		sum += abs(out.logit(i)-(int64(p)-Middle)*InputScale) >> 8
	}
	return sum * 128 >> 8 / int64(len(small.Pix)), nil
}
