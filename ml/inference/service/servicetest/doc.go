// Package servicetest packs the small models of pipelinetest, signs the packs, and starts services over them.
//
// For tests of the service and its command.
package servicetest
