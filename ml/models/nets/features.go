package nets

// Feature is one input of the scorer: an integer in -128..127, which the network sees divided by 128.
type Feature int

// The features, in the order of the scorer's input. A measurement v in [lo, hi] becomes round(255·(v-lo)/(hi-lo)) - 128, cut off
// at both ends; yes is 127, no is -128.
const (
	FaceSimilarity    Feature = iota // cosine of portrait and selfie, the mean over frames, -1 to 1
	FaceSimilarityLow                // the same, the least of the frames
	PortraitFace                     // detector's logit of the document's portrait, -8 to 8
	SelfieFace                       // detector's logit of the selfie, -8 to 8
	PortraitSharpness                // mean absolute difference of neighbours in the portrait's crop, 0 to 32 lumas
	SelfieSharpness                  // the same of the selfie's crop
	LivePrint                        // logit of live less logit of print, -8 to 8
	LiveReplay                       // logit of live less logit of replay, -8 to 8
	LiveMask                         // logit of live less logit of mask, -8 to 8
	ReadingConfidence                // mean chance of the characters that were read, 0 to 1
	FieldsAgree                      // share of the printed fields that agree with the zone, 0 to 1
	CheckDigits                      // share of the zone's check digits that hold, 0 to 1
	BarcodeAgrees                    // share of the barcode's fields that agree with the zone, 0 to 1
	AnomalyError                     // mean absolute error of the autoencoder, 0 to 32 lumas
	DocumentInDate                   // yes or no: the day of expiry is behind the day of the capture
	BoxesConsistent                  // share of the fields that lie where the layout has them, 0 to 1
	FeatureCount
)

// String names the feature as files do.
func (f Feature) String() string {
	if f < 0 || f >= FeatureCount {
		return "unknown"
	}
	return [FeatureCount]string{"face_similarity", "face_similarity_low", "portrait_face", "selfie_face", "portrait_sharpness", "selfie_sharpness",
		"live_print", "live_replay", "live_mask", "reading_confidence", "fields_agree", "check_digits", "barcode_agrees", "anomaly_error",
		"document_in_date", "boxes_consistent"}[f]
}
