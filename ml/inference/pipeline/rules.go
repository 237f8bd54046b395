package pipeline

import "github.com/virtengine/virtengine/ml/mrz"

// Rule is how the pipeline makes a model's input, and what it reads of its output. A pack that was made for another rule is another
// model.
type Rule struct {
	Model  string
	Crop   string // what is cut out: square, aligned-eyes, document or line
	Resize string // how it is scaled: area (means where it shrinks, bilinear where it grows) or bilinear
	In     []int64
	Out    []int64
	Runs   int // for one person, at most
}

// Rules lists what the pipeline runs, by name of the model.
func Rules() []Rule {
	printed := int(zone - number)
	return []Rule{
		{DocumentAnomaly, "document", "area", []int64{1, 1, anomalyH, anomalyW}, []int64{1, 1, anomalyH, anomalyW}, 1},
		{DocumentFields, "document", "area", []int64{1, 1, fieldsH, fieldsW}, []int64{1, fieldClasses, fieldRows, fieldCols}, 1},
		{FaceDetector, "square", "area", []int64{1, 1, detectorSide, detectorSide}, []int64{1, channels, grid, grid}, looks * (1 + Frames)},
		{FaceEmbedder, "aligned-eyes", "bilinear", []int64{1, 1, cropSide, cropSide}, []int64{1, embedding}, 1 + Frames},
		{LivenessModel, "aligned-eyes", "area", []int64{1, Frames, liveSide, liveSide}, []int64{1, liveClasses}, 1},
		{TextLine, "line", "area", []int64{1, 1, lineH, lineW}, []int64{1, int64(len(alphabet)), lineSteps}, printed + mrz.Lines},
	}
}

// RuleOf is the rule of a model; false where the pipeline does not run it.
func RuleOf(model string) (Rule, bool) {
	for _, r := range Rules() {
		if r.Model == model {
			return r, true
		}
	}
	return Rule{}, false
}

// Models are the names of all models that the pipeline runs, ascending.
func Models() []string {
	var out []string
	for _, r := range Rules() {
		out = append(out, r.Model)
	}
	return out
}
