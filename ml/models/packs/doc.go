// Package packs holds the specs of the model packs of the trained integer programs: NAME.json makes NAME.vepack (ml/publish, model_pack),
// unsigned, of ml/models/trained/NAME.i8.onnx, its card and its evaluation.
//
// Guarantee, kept by the tests: every model of the inference pipeline has a spec; the spec's preprocessing is what the pipeline does, its
// metrics stand in the evaluation that it names, and that evaluation is of the very program in the pack. The packs load into the inference
// service, which with ml/models/trained/pipeline.json scores generated persons.
//
// No pack has a score table: the pipeline reads the outputs themselves, by the curves of its parameters.
//
// For publishers, who build, sign and publish packs.
package packs
